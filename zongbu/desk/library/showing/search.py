"""Search over clauses, rules, measures, parameters, readings and facts; in memory, by pairs of characters.

Chinese has no blanks between words, so a text is known by its pairs of neighbouring characters (bigrams), Latin
words by themselves. Both languages are searched whatever the page's language.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from django.utils.html import format_html, format_html_join, strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from zongbu.desk.library.policies import policies
from zongbu.desk.library.showing import companion, links
from zongbu.desk.library.showing.wording import Wording
from zongbu.law import Policy
from zongbu.law.names import Names

LONGEST = 100
"""Characters of a query that are looked at."""
EXCERPT = 90
"""Characters of a text that a result shows."""
TITLE_WEIGHT, WHOLE_TITLE, WHOLE_TEXT = 3.0, 8.0, 3.0
ENOUGH = 0.6
"""Share of the query's terms that must occur."""

_HAN = re.compile(r"[㐀-鿿豈-﫿]+")
_WORD = re.compile(r"[a-z0-9_]+")
KINDS = ("clause", "measure", "rule", "parameter", "reading", "fact")


@dataclass(frozen=True, slots=True)
class Document:
    """Something that can be found; ``title`` and ``text`` as shown, ``extra`` is searched but not shown."""

    kind: str
    policy: str
    identifier: str
    title: str
    text: str
    url: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A found document with its score, its title and an excerpt with the matches marked.

    ``origin`` is the number or title of its policy, empty for what belongs to none.
    """

    document: Document
    origin: str
    score: float
    title: SafeString
    excerpt: SafeString


@dataclass(frozen=True, slots=True)
class _Indexed:
    document: Document
    title: str
    text: str
    title_terms: frozenset[str]
    terms: frozenset[str]


_lock = threading.Lock()
_indexes: dict[tuple[str, tuple[str, ...]], list[_Indexed]] = {}


def search(query: str, lang: str, *, policy: str = "", kind: str = "") -> list[Hit]:
    """What matches a query, best first; limited to a policy and to a kind where given."""
    plain = normal(query)[:LONGEST].strip()
    wanted = terms(plain)
    if not wanted:
        return []
    found = []
    for entry in _index(lang):
        document = entry.document
        if (policy and document.policy not in ("", policy)) or (kind and document.kind != kind):
            continue
        score = _score(entry, plain, wanted)
        if score:
            found.append((score, document))
    found.sort(key=lambda item: (-item[0], KINDS.index(item[1].kind), item[1].title))
    marks = _marks(plain)
    origins = {one.identifier: links.short_title(one, lang) for one in policies()}
    return [
        Hit(one, origins.get(one.policy, ""), score, highlight(one.title, marks), _excerpt(one.text, marks))
        for score, one in found
    ]


def normal(text: str) -> str:
    """Text as it is compared: full-width forms as half-width ones, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def terms(text: str) -> frozenset[str]:
    """The terms of a normal text: bigrams of Chinese (single characters where alone), Latin words and numbers."""
    found: set[str] = set(_WORD.findall(text))
    for run in _HAN.findall(text):
        found |= {run[i : i + 2] for i in range(len(run) - 1)} or {run}
    return frozenset(found)


def _score(entry: _Indexed, query: str, wanted: frozenset[str]) -> float:
    """How well a document matches: the share of terms, those in the title counting more, and whole occurrences."""
    in_title = sum(_occurs(term, entry.title_terms, entry.title) for term in wanted)
    anywhere = sum(_occurs(term, entry.terms, entry.text) for term in wanted)
    whole = query in entry.text
    if not whole and anywhere < ENOUGH * len(wanted):
        return 0.0
    score = (anywhere + TITLE_WEIGHT * in_title) / len(wanted)
    if query == entry.title:
        score += WHOLE_TITLE * 2
    elif query in entry.title:
        score += WHOLE_TITLE
    elif whole:
        score += WHOLE_TEXT
    return score


def _occurs(term: str, known: frozenset[str], text: str) -> bool:
    # A single character or the beginning of a word is no term of the text, but may well stand in it.
    return term in known or ((len(term) == 1 or term.isascii()) and term in text)


# --- showing ---------------------------------------------------------------------------------------------


def _marks(query: str) -> list[str]:
    """What is marked in a result: the query as a whole, else its terms."""
    return sorted({query, *terms(query)}, key=len, reverse=True)


def highlight(text: str, marks: Iterable[str]) -> SafeString:
    """A text with the marked parts in ``<mark>``."""
    plain = normal(text)
    if len(plain) != len(text):  # a character that normalises to several: places would not agree
        return format_html("{}", text)
    covered = [False] * len(text)
    for mark in marks:
        start = plain.find(mark)
        while mark and start >= 0:
            covered[start : start + len(mark)] = [True] * len(mark)
            start = plain.find(mark, start + 1)
    return format_html_join("", "{}", ((part,) for part in _runs(text, covered)))


def _runs(text: str, covered: list[bool]) -> Iterator[SafeString]:
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or covered[end] != covered[start]:
            yield format_html("<mark>{}</mark>" if covered[start] else "{}", text[start:end])
            start = end


def _excerpt(text: str, marks: list[str]) -> SafeString:
    """The part of a text around the first match."""
    plain = normal(text)
    places = [place for mark in marks[:1] if (place := plain.find(mark)) >= 0]
    places = places or [place for mark in marks if (place := plain.find(mark)) >= 0]
    start = max(0, (places[0] if places else 0) - EXCERPT // 3)
    part = text[start : start + EXCERPT]
    before, after = "…" if start else "", "…" if start + EXCERPT < len(text) else ""
    return format_html("{}{}{}", before, highlight(part, marks), after)


# --- indexing --------------------------------------------------------------------------------------------


def _index(lang: str) -> list[_Indexed]:
    key = lang, tuple(one.version for one in policies())
    if key not in _indexes:
        with _lock:
            if key not in _indexes:
                _indexes[key] = [_indexed(document) for document in _documents(lang)]
    return _indexes[key]


def _indexed(document: Document) -> _Indexed:
    title = normal(document.title)
    text = normal(f"{document.title}\n{document.text}\n{document.extra}")
    return _Indexed(document, title, text, terms(title), terms(text))


def _documents(lang: str) -> Iterator[Document]:
    facts: dict[str, Document] = {}
    for policy in policies():
        yield from _of_policy(policy, lang)
        for document in _facts(policy, lang):
            facts.setdefault(document.identifier, document)
    yield from facts.values()


def _of_policy(policy: Policy, lang: str) -> Iterator[Document]:
    names, other = Names(policy, lang), Names(policy, "en" if lang == "zh" else "zh")
    wording = Wording(policy, lang)
    one = policy.identifier
    for clause in policy.clauses:
        text, _translated = companion.restatement(policy, clause, lang)
        extra = companion.restatement(policy, clause, other.lang)[0]
        title = f"{clause.citation} {names.clause_title(clause.citation)}"
        url = links.clause_url(policy, clause.citation)
        extra = f"{other.clause_title(clause.citation)} {extra}"
        yield Document("clause", one, clause.citation, title, text.replace("\n\n", " "), url, extra)
    for rule in policy.rules.values():
        if not rule.policy and rule.kind != "措施":
            text = unescape(strip_tags(wording.formula(rule.node)))
            extra = f"{rule.identifier} {other.rule(rule.identifier)}"
            yield Document(
                "rule",
                one,
                rule.identifier,
                names.rule(rule.identifier),
                text,
                links.rule_url(policy, rule.identifier),
                extra,
            )
    for measure in policy.measures.values():
        details = " ".join(measure.details.values())
        text = f"{unescape(strip_tags(wording.formula(measure.eligible)))} {details}"
        extra = f"{measure.identifier} {measure.category} {other.rule(measure.identifier)}"
        url = links.rule_url(policy, measure.identifier)
        yield Document("measure", one, measure.identifier, names.rule(measure.identifier), text, url, extra)
    for parameter in policy.parameters.values():
        if "." not in parameter.identifier:
            text = " ".join(period.note for period in parameter.periods)
            extra = f"{parameter.identifier} {other.parameter(parameter.identifier)}"
            url = links.parameter_url(policy, parameter.identifier)
            yield Document(
                "parameter", one, parameter.identifier, names.parameter(parameter.identifier), text, url, extra
            )
    for reading in policy.readings.values():
        if "." not in reading.identifier:
            options = [names.reading_option(reading.identifier, option) for option in reading.options]
            text = _("、").join(options)
            extra = f"{other.reading(reading.identifier)} {' '.join(reading.options.values())}"
            url = links.reading_url(policy, reading.identifier)
            yield Document("reading", one, reading.identifier, names.reading(reading.identifier), text, url, extra)


def _facts(policy: Policy, lang: str) -> Iterator[Document]:
    names = Names(policy, lang)
    for fact in policy.dictionary.values():
        text = fact.definition if lang == "zh" or not fact.definition_en else fact.definition_en
        extra = " ".join((fact.identifier, fact.title, fact.title_en, *fact.aliases, *fact.choices.values()))
        yield Document(
            "fact", "", fact.identifier, names.fact(fact.identifier), text, links.fact_url(fact.identifier), extra
        )
