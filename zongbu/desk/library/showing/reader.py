"""A policy read for a page: in a language, on a day, with what operators entered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TypeVar

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from zongbu.desk.library import measures as measure_records
from zongbu.desk.library import queries
from zongbu.desk.library.models import FairCompetitionReview, OfficialText, SuspensionOrder
from zongbu.desk.library.parameters import open_for_entry, overrides
from zongbu.desk.library.showing import companion, links, status, values
from zongbu.desk.library.showing.examples import example_view
from zongbu.desk.library.showing.views import (
    Banner,
    ClauseView,
    ContentView,
    MeasureView,
    OfficialView,
    OptionView,
    Paragraph,
    ParameterView,
    PeriodView,
    PlaceView,
    ReadingView,
    RuleView,
)
from zongbu.desk.library.showing.wording import Wording
from zongbu.law import Policy
from zongbu.law.check import check_against, recorded
from zongbu.law.names import Names
from zongbu.law.official import Attachment, Match
from zongbu.law.parameters import ParameterValue, values_at
from zongbu.law.policy import Clause, Measure, Parameter, Reading, Rule

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_LABEL = re.compile(r"【(口径|未明)】|(Resolved|Open): ")

CATEGORIES = {
    "奖补": "subsidy",
    "名额": "quota",
    "推荐": "referral",
    "服务": "service",
    "鼓励": "encouragement",
}
"""Kind of measure → identifier, which becomes a class."""


def category_label(category: str) -> str:
    """The kind of a measure in the reader's language."""
    return {"奖补": _("奖补"), "名额": _("名额"), "推荐": _("推荐"), "服务": _("服务"), "鼓励": _("鼓励")}[category]


def rule_kind(kind: str) -> str:
    """A kind of rule in the reader's language."""
    return {"规则": _("规则"), "步骤": _("步骤"), "措施": _("措施"), "提示": pgettext("rule", "提示")}.get(kind, kind)


def detail_label(name: str) -> str:
    """A field of a measure in the reader's language."""
    return {
        "责任单位": _("责任单位"),
        "方式": _("方式"),
        "出资": _("出资"),
        "期限": _("期限"),
        "材料": _("材料"),
        "说明": _("说明"),
        "分担": _("分担"),
        "收款": _("收款"),
        "频次": _("频次"),
        "不重复": _("不重复享受"),
        "前次": _("以前年度"),
        "不得": _("不得享受的情形"),
        "人工": _("须人工核定的情形"),
        "记录": _("兑现后记录"),
        "汇总": _("汇总的措施"),
        "支出": _("汇总的支出"),
        "上限": _("补助上限"),
    }[name]


@dataclass(slots=True)
class Under:
    """What stands under a clause."""

    parameters: list[Parameter] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)


Own = TypeVar("Own", Parameter, Reading)


def _own(things: Mapping[str, Own]) -> list[Own]:
    """Those of the policy itself, without those that it takes over, in file order."""
    return sorted((one for one in things.values() if "." not in one.identifier), key=lambda one: one.line)


@dataclass
class Reader:
    """Reads a policy for a page. What comes from the database is fetched once, and only when it is needed."""

    policy: Policy
    lang: str
    day: date
    names: Names = field(init=False)
    wording: Wording = field(init=False)

    def __post_init__(self) -> None:
        self.names = Names(self.policy, self.lang)
        self.wording = Wording(self.policy, self.lang, self.figure)

    # --- what the database adds --------------------------------------------------------------------------

    @cached_property
    def values(self) -> Mapping[str, ParameterValue]:
        """The value of every parameter today."""
        return values_at(self.policy, self.day, overrides(self.policy.identifier, self.day))

    @cached_property
    def reviews(self) -> Mapping[str, FairCompetitionReview]:
        return measure_records.reviews(self.policy.identifier)

    @cached_property
    def suspensions(self) -> Mapping[str, SuspensionOrder]:
        return measure_records.suspensions(self.policy.identifier, self.day)

    @cached_property
    def official(self) -> OfficialText | None:
        return queries.official(self.policy.identifier)

    @cached_property
    def attachment(self) -> Attachment | None:
        """Which article each clause restates and where each figure stands, if the official text is there."""
        if self.official is None:
            return None
        accepted = recorded(self.policy)
        return check_against(self.policy, self.official.text, accepted.digests if accepted else None)

    @cached_property
    def _matches(self) -> Mapping[str, Match]:
        return {match.citation: match for match in self.attachment.matched} if self.attachment else {}

    def unpublished(self, identifier: str) -> bool:
        """Whether a parameter has no value today but, at most, one for demonstration."""
        value = self.values[identifier]
        return value.value is None or value.demonstration

    def figure(self, identifier: str) -> str:
        """The present value of a parameter in words."""
        return values.shown(self.policy.parameters[identifier], self.values[identifier].value, self.lang).text

    # --- the policy --------------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        """The policy's title; in Chinese where there is no other."""
        return companion.head(self.policy, "名称", self.lang)

    @property
    def demonstrated(self) -> list[str]:
        """Titles of the parameters that have demonstration values today."""
        return [self.names.parameter(name) for name, value in self.values.items() if value.demonstration]

    def banners(self) -> list[Banner]:
        return list(status.banners(self.policy, self.day, self.lang, self.demonstrated))

    def head(self) -> list[tuple[str, str]]:
        """What the head of the policy says, as label and text."""
        policy = self.policy
        in_force = values.span(policy.effective_from, policy.effective_until, self.lang)
        rows = [
            (_("文号"), policy.head.get("文号", "")),
            (_("发文机关"), companion.head(policy, "发文机关", self.lang)),
            (_("牵头部门"), companion.head(policy, "牵头部门", self.lang)),
            (_("施行期"), in_force or _("未定")),
            (_("文本版本"), policy.version[:12]),
        ]
        return [(label, text if text != "未定" else _("未定")) for label, text in rows if text]

    def contents(self, comments: Mapping[str, int] | None = None) -> list[ContentView]:
        """The clauses with what stands under each, in order."""
        return [self._content(clause, (comments or {}).get(clause.citation, 0)) for clause in self.policy.clauses]

    def _content(self, clause: Clause, comments: int) -> ContentView:
        own = self._under(clause.citation)
        open_parameters = [one for one in own.parameters if self.unpublished(one.identifier)]
        first = self.paragraphs(clause)
        return ContentView(
            citation=clause.citation,
            title=self.names.clause_title(clause.citation),
            level=clause.level,
            url=links.clause_url(self.policy, clause.citation),
            lead=first[0].text if first else "",
            results=tuple(
                (self.names.rule(rule.identifier), links.rule_url(self.policy, rule.identifier))
                for rule in own.rules
                if rule.kind == "规则"
            ),
            parameters=len(own.parameters),
            unpublished=len(open_parameters),
            readings=len(own.readings),
            measures=len(own.measures),
            comments=comments,
        )

    def _under(self, citation: str) -> Under:
        """What stands under a clause, by kind."""
        return self._by_clause[citation]

    @cached_property
    def _by_clause(self) -> dict[str, Under]:
        policy = self.policy
        found = {clause.citation: Under() for clause in policy.clauses}
        for parameter in _own(policy.parameters):
            found[parameter.clause].parameters.append(parameter)
        for rule in sorted(policy.rules.values(), key=lambda one: one.line):
            if not rule.policy and rule.kind != "措施":
                found[rule.clause].rules.append(rule)
        for reading in _own(policy.readings):
            found[reading.clause].readings.append(reading)
        for measure in policy.measures.values():
            found[measure.clause].measures.append(measure)
        return found

    # --- a clause ----------------------------------------------------------------------------------------

    def clause(self, citation: str) -> ClauseView:
        """A clause with everything that stands under it; KeyError if there is none."""
        clause = self.policy.clause(citation)
        under = self._under(citation)
        paragraphs = tuple(self.paragraphs(clause))
        return ClauseView(
            citation=citation,
            title=self.names.clause_title(citation),
            level=clause.level,
            url=links.clause_url(self.policy, citation),
            anchor=f"clause-{self.policy.clauses.index(clause)}",
            paragraphs=paragraphs,
            translated=companion.restatement(self.policy, clause, self.lang)[1],
            parameters=tuple(self.parameter(one) for one in under.parameters),
            rules=tuple(self.rule(one) for one in under.rules),
            readings=tuple(self.reading(one) for one in under.readings),
            measures=tuple(self.measure(one) for one in under.measures),
            examples=tuple(
                example_view(self.policy, self.names, example)
                for example in self.policy.examples
                if example.clause == citation
            ),
            official=self.official_article(citation),
            facts=(),
        )

    def neighbours(self, citation: str) -> tuple[ContentView | None, ContentView | None]:
        """The clauses before and after."""
        clauses = self.policy.clauses
        place = clauses.index(self.policy.clause(citation))
        before = self._content(clauses[place - 1], 0) if place else None
        after = self._content(clauses[place + 1], 0) if place + 1 < len(clauses) else None
        return before, after

    def chapter(self, citation: str) -> list[tuple[str, str, str]]:
        """The clauses above a clause, outermost first: citation, title, address."""
        above: list[Clause] = []
        for clause in self.policy.clauses:
            above = [one for one in above if one.level < clause.level]
            if clause.citation == citation:
                break
            above.append(clause)
        return [
            (one.citation, self.names.clause_title(one.citation), links.clause_url(self.policy, one.citation))
            for one in above
        ]

    def paragraphs(self, clause: Clause) -> list[Paragraph]:
        """The restatement, with values in place of ``{parameters}``; 口径 and 未明 stand apart."""
        text, _translated = companion.restatement(self.policy, clause, self.lang)
        found = []
        for part in text.split("\n\n"):
            match = _LABEL.match(part.strip())
            body = part.strip()[match.end() :] if match else part.strip()
            open_question = bool(match and (match[1] == "未明" or match[2] == "Open"))
            label = (_("未明") if open_question else _("口径")) if match else ""
            if body:
                body = body[:1].upper() + body[1:]
                found.append(Paragraph(self.filled(body), label, open_question))
        return found

    def policy_text(self, clause: Clause) -> str:
        """What a clause says, without how it is read."""
        text, _translated = companion.restatement(self.policy, clause, self.lang)
        return " ".join(part.strip() for part in text.split("\n\n") if not _LABEL.match(part.strip()))

    def filled(self, text: str) -> SafeString:
        """A text with the values of the parameters that it names in braces, each a link to the parameter."""
        titles = {parameter.title: parameter for parameter in self.policy.parameters.values()}
        parts: list[SafeString] = []
        end = 0
        for match in _PLACEHOLDER.finditer(text):
            parts.append(format_html("{}", text[end : match.start()]))
            parameter = titles.get(match[1])
            if parameter is None:
                parts.append(format_html("{}", match[0]))
            else:
                url = links.parameter_url(self.policy, parameter.identifier)
                figure = self.figure(parameter.identifier)
                parts.append(links.link(url, figure, "parameter", self.names.parameter(parameter.identifier)))
            end = match.end()
        parts.append(format_html("{}", text[end:]))
        return format_html_join("", "{}", ((part,) for part in parts))

    def official_article(self, citation: str) -> OfficialView | None:
        match = self._matches.get(citation)
        if match is None or self.official is None or self.attachment is None:
            return None
        article = match.article
        lines = f"{article.first_line}–{article.last_line}" if article.last_line > article.first_line else ""
        return OfficialView(
            text=article.text,
            lines=lines or str(article.first_line),
            origin=self.official.origin,
            changed=citation in self.attachment.needs_review,
        )

    # --- what stands under it ----------------------------------------------------------------------------

    def parameter(self, parameter: Parameter) -> ParameterView:
        identifier, value = parameter.identifier, self.values[parameter.identifier]
        period = parameter.at(self.day)
        return ParameterView(
            identifier=identifier,
            title=self.names.parameter(identifier),
            url=links.parameter_url(self.policy, identifier),
            clause=parameter.clause,
            clause_url=links.clause_url(self.policy, parameter.clause, f"parameter-{identifier}"),
            kind=values.kind_of(parameter),
            value=values.shown(parameter, value.value, self.lang),
            period=values.span(period.start, period.end, self.lang) if period else "",
            source=value.source,
            demonstration=value.demonstration,
            open=open_for_entry(parameter, self.day),
            periods=tuple(
                PeriodView(
                    values.shown(parameter, one.value, self.lang), values.span(one.start, one.end, self.lang), one.note
                )
                for one in parameter.periods
            ),
            places=tuple(self._places(identifier)),
            note=period.note if period else "",
        )

    def _places(self, identifier: str) -> Iterator[PlaceView]:
        for place in self.attachment.places if self.attachment else ():
            if place.parameter == identifier and place.status != "unsearched":
                yield PlaceView(
                    place.figure, place.status in ("found", "elsewhere"), place.citation, place.line, place.excerpt
                )

    def rule(self, rule: Rule) -> RuleView:
        wording = self.wording
        return RuleView(
            identifier=rule.identifier,
            title=self.names.rule(rule.identifier),
            url=links.rule_url(self.policy, rule.identifier),
            kind=rule_kind(rule.kind),
            clause=rule.clause,
            clause_url=links.clause_url(self.policy, rule.clause, f"rule-{rule.identifier}"),
            formula=wording.formula(rule.node),
            tree=wording.tree(rule.node) if wording.branches(rule.node) else "",
            published=rule.kind == "规则",
        )

    def reading(self, reading: Reading) -> ReadingView:
        name = reading.identifier
        return ReadingView(
            identifier=name,
            title=self.names.reading(name),
            clause=reading.clause,
            clause_url=links.clause_url(self.policy, reading.clause, f"reading-{name}"),
            options=tuple(
                OptionView(self.names.reading_option(name, option), meaning, option == reading.default)
                for option, meaning in reading.options.items()
            ),
        )

    def measure(self, measure: Measure) -> MeasureView:
        wording, amount = self.wording, measure.amount
        exclusive = [(links.rule_url(self.policy, name), self.names.rule(name)) for name in measure.exclusive_with]
        return MeasureView(
            identifier=measure.identifier,
            title=self.names.rule(measure.identifier),
            url=links.rule_url(self.policy, measure.identifier),
            category=category_label(measure.category),
            category_code=CATEGORIES[measure.category],
            clause=measure.clause,
            clause_url=links.clause_url(self.policy, measure.clause, f"measure-{measure.identifier}"),
            eligible=wording.formula(measure.eligible),
            tree=wording.tree(measure.eligible) if wording.branches(measure.eligible) else "",
            amount=wording.formula(amount, True) if amount is not None else "",
            counted=amount is not None and amount.type.unit != "元",
            exclusive=format_html_join(_("、"), '<a class="name name-rule" href="{}">{}</a>', exclusive)
            if exclusive
            else "",
            details=tuple((detail_label(name), self.filled(text)) for name, text in measure.details.items()),
            review=self.reviews.get(measure.identifier),
            suspension=self.suspensions.get(measure.identifier),
        )
