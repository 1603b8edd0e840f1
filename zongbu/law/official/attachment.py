"""Attaching an official text to a policy: which article each clause restates, where each figure stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from zongbu.law.official.figures import Figure, figures_of, find_figure, is_searchable, show_figure
from zongbu.law.official.reading import Article, squeeze

if TYPE_CHECKING:
    from zongbu.law.policy import Parameter

EXCERPT = 20
"""Characters of the official text that an excerpt may show."""


class ClauseLike(Protocol):
    """A clause of a policy file."""

    @property
    def citation(self) -> str: ...
    @property
    def title(self) -> str: ...


class ParameterLike(Protocol):
    """A parameter of a policy file; ``clause`` is a citation, ``figures`` is what to look for."""

    @property
    def identifier(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def clause(self) -> str: ...
    @property
    def figures(self) -> Iterable[Figure | frozenset[str] | None]: ...
    @property
    def note(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CitedParameter:
    """A parameter as ``attach`` reads it; ``figures`` may come from ``figures_of``."""

    identifier: str
    title: str
    clause: str
    figures: tuple[Figure, ...] = ()
    note: str = ""


def cited_parameter(parameter: Parameter) -> CitedParameter:
    """A parameter of a loaded policy as ``attach`` reads it: the values of all its periods, each once.

    Text options count as figures (they must be printed); codes do not.
    """
    item = parameter.type.item or parameter.type
    ratio = item.kind == "number" and not item.unit and parameter.width is not None and parameter.width.scale > 0
    # a set of options holds identifiers; what can be printed is their titles
    titles = {option: word for word, option in parameter.words.items() if word != option}
    figures: list[Figure] = []
    for period in parameter.periods:
        if parameter.type.kind != "set":
            figures += figures_of(period.value, "比例" if ratio else item.unit)
        elif item.kind != "code" and isinstance(period.value, tuple):
            figures += [f"「{titles.get(option, option)}」" for option in period.value]
    notes = dict.fromkeys(period.note for period in parameter.periods if period.note)
    return CitedParameter(
        parameter.identifier,
        parameter.title,
        parameter.clause,
        tuple(dict.fromkeys(figures)),
        "；".join(notes),
    )


@dataclass(frozen=True, slots=True)
class Match:
    """A clause and the article it restates; ``clause_title`` is the policy file's own heading."""

    citation: str
    clause_title: str
    article: Article


@dataclass(frozen=True, slots=True)
class Place:
    """Where a figure stands.

    ``status``: ``found`` in the parameter's article or below it; ``elsewhere``: only in another article;
    ``missing``: nowhere; ``unsearched``: the parameter has nothing to search for (未公布, a set of codes).
    ``citation``, ``line`` (of the official file, from 1) and ``excerpt`` say where, else '' and None.
    ``note`` is the parameter's own, to be shown where the figure is not found.
    """

    parameter: str
    title: str
    clause: str
    figure: str
    status: Literal["found", "elsewhere", "missing", "unsearched"]
    citation: str = ""
    line: int | None = None
    excerpt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """What ``attach`` found. ``needs_review`` cites clauses whose article is not the recorded one."""

    matched: tuple[Match, ...]
    clauses_without_article: tuple[str, ...]
    articles_without_clause: tuple[str, ...]
    places: tuple[Place, ...]
    needs_review: tuple[str, ...]

    @property
    def without_gap(self) -> bool:
        """Whether every clause has its article and every article its clause."""
        return not self.clauses_without_article and not self.articles_without_clause

    def places_with(self, *statuses: str) -> tuple[Place, ...]:
        """The places that have one of these statuses, in order."""
        return tuple(place for place in self.places if place.status in statuses)


def attach(
    clauses: Iterable[ClauseLike],
    parameters: Iterable[ParameterLike],
    articles: Iterable[Article],
    recorded: Mapping[str, str] | None = None,
) -> Attachment:
    """Attach an official text to a policy.

    Args:
        clauses: the clauses of the policy file.
        parameters: its parameters with the figures to look for.
        articles: the official text, from ``read_official``.
        recorded: citation → digest of the text that was last accepted (``read_digests``). Empty: nothing
            was accepted yet, so nothing needs review; otherwise an article without a record does.
    """
    articles, clauses = tuple(articles), tuple(clauses)
    recorded = recorded or {}
    by_citation = {article.citation: article for article in articles}
    cited = {clause.citation for clause in clauses}
    matched = tuple(
        Match(clause.citation, clause.title, by_citation[clause.citation])
        for clause in clauses
        if clause.citation in by_citation
    )
    return Attachment(
        matched=matched,
        clauses_without_article=tuple(c.citation for c in clauses if c.citation not in by_citation),
        articles_without_clause=tuple(a.citation for a in articles if a.citation not in cited),
        places=tuple(place for parameter in parameters for place in _places(parameter, articles)),
        needs_review=tuple(
            match.citation for match in matched if recorded and recorded.get(match.citation) != match.article.digest
        ),
    )


def _places(parameter: ParameterLike, articles: tuple[Article, ...]) -> list[Place]:
    figures: list[Figure] = [figure for figure in parameter.figures if is_searchable(figure)]
    common = (parameter.identifier, parameter.title, parameter.clause)
    if not figures:
        return [Place(*common, "", "unsearched", note=parameter.note)]
    own = [article for article in articles if article.citation == parameter.clause]
    own += [article for article in articles if parameter.clause in article.above]
    others = [article for article in articles if article not in own]
    context = f"{parameter.title} {parameter.identifier}"
    places = []
    for figure in figures:
        place = Place(*common, show_figure(figure), "missing", note=parameter.note)
        # a bare number says too little to be recognised in an article that was not named
        for status, where in (("found", own), ("elsewhere", others if _speaks(figure) else [])):
            if found := _stands(figure, where, context):
                article, line, excerpt = found
                place = Place(
                    *common,
                    show_figure(figure),
                    "found" if status == "found" else "elsewhere",
                    article.citation,
                    line,
                    excerpt,
                    parameter.note,
                )
                break
        places.append(place)
    return places


def _speaks(figure: Figure) -> bool:
    return not show_figure(figure).replace(".", "").isdecimal()


def _stands(figure: Figure, articles: Iterable[Article], context: str) -> tuple[Article, int, str] | None:
    for article in articles:
        text, lines = squeeze(article.raw)
        skip = len(article.mark)  # the number of an item is no figure: 1.2家 is item 1
        if hit := find_figure(figure, text[skip:], context):
            start, end = hit.start + skip, hit.end + skip
            before = max(0, min(start - max(0, EXCERPT - (end - start)) // 2, len(text) - EXCERPT))
            return article, article.first_line + lines[start], text[before : before + EXCERPT]
    return None
