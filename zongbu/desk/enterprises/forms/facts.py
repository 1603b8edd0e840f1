"""Forms made from the dictionary of facts: declaring many at once, recording or finding one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import files, showing, values
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile
from zongbu.desk.enterprises.showing import Need, needs
from zongbu.desk.kernel.language import language
from zongbu.law.facts import BadValue, Fact

UNIT = "_unit"
"""What the name of a unit's field ends with."""
SCALES = {word: Decimal(size) for word, size in showing.UNITS}


class DateInput(forms.DateInput):
    """A day, picked or typed."""

    input_type = "date"

    def __init__(self, **given: Any) -> None:
        super().__init__(format="%Y-%m-%d", **given)


class FactField(forms.Field):
    """A fact as it is typed; validation is the engine's own. ``needs`` are the clauses that read it.

    Money comes from two inputs: number and unit.
    """

    def __init__(self, fact: Fact, key: str, **given: Any) -> None:
        self.fact = fact
        self.key = key
        self.needs: tuple[Need, ...] = needs(fact.identifier)
        super().__init__(
            label=showing.title(fact), help_text=showing.definition(fact), widget=_widget(fact), required=False, **given
        )
        self.unit = showing.unit(fact) if fact.type == "integer" else ""

    def read(self, raw: object, scale: Decimal = Decimal(1)) -> str:
        """The canonical text of what was typed.

        Raises:
            ValidationError: the engine cannot read it.
        """
        try:
            return values.canonical(self.fact, raw, scale=scale)
        except BadValue as error:
            raise forms.ValidationError(error.reason) from None


def declared() -> list[Fact]:
    """What enterprises declare, as far as a policy needs it."""
    return [fact for fact in showing.needed() if fact.kind == "declared"]


def money_unit(facts: Iterable[Fact], known: Mapping[str, str], year: int) -> str:
    """The one unit in which a form shows its amounts, those of the year and of the year before."""
    names = [fact.identifier for fact in facts if fact.type == "money"]
    return showing.unit_of(
        known.get(key, "") for name in names for key in (name, f"{name}@{year}", f"{name}@{year - 1}")
    )


def _widget(fact: Fact) -> forms.Widget:
    if fact.type == "boolean":
        return forms.RadioSelect(choices=[("true", _("是")), ("false", _("否")), ("", _("暂不填"))])
    if fact.type == "choice":
        titles = fact.choices if language() == "zh" else {option: option for option in fact.choices}
        return forms.Select(choices=[("", "—"), *titles.items()])
    if fact.format == "division":
        return forms.Select(choices=[("", "—"), *((code, showing.show(fact, code)) for code in fact.choices)])
    if fact.type == "date":
        return DateInput()
    mode = "decimal" if fact.type in ("money", "ratio") else "numeric" if fact.type == "integer" else "text"
    return forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off", "maxlength": 500})


class FactsForm(forms.Form):
    """Some facts with a value each; ``cleaned`` holds the canonical texts by key.

    Args:
        facts: what is asked for.
        year: the year that facts of a prior year tell of.
        known: kept texts by key, the initial values.
    """

    def __init__(
        self,
        *arguments: Any,
        facts: Iterable[Fact],
        year: int,
        known: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
        **given: Any,
    ) -> None:
        super().__init__(*arguments, **given)
        self.year = year
        self.cleaned: dict[str, str] = {}
        facts = list(facts)
        self.money_unit = money_unit(facts, known or {}, year)
        for fact in facts:
            key = f"{fact.identifier}@{year}" if fact.period == "prior_year" else fact.identifier
            kept = (known or {}).get(key, "")
            initial: str = kept
            if fact.type == "money":
                initial, unit = showing.entered(kept, self.money_unit)
                chosen = (typed or {}).get(fact.identifier + UNIT, unit)
                self.fields[fact.identifier + UNIT] = forms.ChoiceField(
                    label=_("%s的单位") % showing.title(fact),
                    choices=[(word, _(word)) for word, _size in showing.UNITS],
                    initial=chosen if chosen in SCALES else unit,
                    required=False,
                )
            if typed is not None:
                initial = typed.get(fact.identifier, initial)
            self.fields[fact.identifier] = FactField(fact, key, initial=initial)

    @property
    def facts(self) -> list[tuple[forms.BoundField, forms.BoundField | None]]:
        """Each fact's field with that of its unit, if any, in order."""
        return [
            (self[name], self[name + UNIT] if name + UNIT in self.fields else None)
            for name, field in self.fields.items()
            if isinstance(field, FactField)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, field in self.fields.items():
            if not isinstance(field, FactField):
                continue
            scale = SCALES.get(cleaned.get(name + UNIT) or "元", Decimal(1))
            try:
                self.cleaned[field.key] = field.read(cleaned.get(name) or "", scale)
            except forms.ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def typed(self) -> dict[str, str]:
        """What was typed, as it is: for the draft."""
        names = (name for pair in self.facts for name in (pair[0].name, pair[1].name if pair[1] else "") if name)
        return {name: str(self.data.get(name, "")) for name in names}


@dataclass(frozen=True, slots=True)
class Line:
    """A fact in the form; ``before`` is the value of the year before in words, ``reuse`` and ``unit`` as entered."""

    field: forms.BoundField
    scale: forms.BoundField | None
    before: str
    reuse: str
    unit: str
    comments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A topic of the form."""

    title: str
    lines: list[Line]


class OwnFactsForm(FactsForm):
    """What an enterprise tells of itself for a year.

    Args:
        comments: those of the reviewers of a case, each about a ``subject``.
        reuse: a fact of which the form begins with the value of the year before (for those without JavaScript).
    """

    def __init__(
        self, *arguments: Any, enterprise: Enterprise, comments: Iterable[Any] = (), reuse: str = "", **given: Any
    ) -> None:
        self.enterprise = enterprise
        super().__init__(*arguments, known=enterprise.known, **given)
        self.comments = by_subject(comments)
        field, before = self.fields.get(reuse), self._before(reuse)
        if isinstance(field, FactField) and before:
            field.initial, unit = self._entered(field.fact, before)
            if unit:
                self.fields[reuse + UNIT].initial = unit

    def sections(self) -> list[Section]:
        """Yearly figures, and the rest, each fact with the value of the year before to take over."""
        yearly: list[Line] = []
        other: list[Line] = []
        for field, unit in self.facts:
            assert isinstance(field.field, FactField)
            fact = field.field.fact
            before = self._before(fact.identifier) if fact.period else ""
            comments = tuple(self.comments.get(fact.identifier, ()))
            line = Line(field, unit, showing.show(fact, before), *self._entered(fact, before), comments)
            (yearly if fact.period else other).append(line)
        titled = ((_("%s 年数据") % self.year, yearly), (_("现状"), other))
        return [Section(title, lines) for title, lines in titled if lines]

    def told(self) -> dict[str, str]:
        """What was filled in, and what was emptied that had a value before."""
        return {key: text for key, text in self.cleaned.items() if text or self.enterprise.known.get(key)}

    def _before(self, name: str) -> str:
        return str(self.enterprise.known.get(f"{name}@{self.year - 1}", ""))

    def _entered(self, fact: Fact, value: str) -> tuple[str, str]:
        """A value as it is typed in, with its unit if any."""
        return showing.entered(value, self.money_unit) if fact.type == "money" else (value, "")


def by_subject(comments: Iterable[Any]) -> dict[str, list[Any]]:
    """Comments by what they are about, in their order."""
    found: dict[str, list[Any]] = defaultdict(list)
    for one in comments:
        found[one.subject].append(one)
    return found


class EvidenceMixin(forms.Form):
    """Files to prove what is said: chosen among those uploaded, or uploaded with the form."""

    evidence = forms.ModelMultipleChoiceField(
        EvidenceFile.objects.none(),
        label=gettext_lazy("已上传的材料"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    upload = forms.FileField(
        label=gettext_lazy("上传佐证材料"),
        required=False,
        help_text=gettext_lazy("PDF、PNG、JPEG、XLSX、DOCX 或 OFD，不超过 20 MB。"),
        widget=forms.ClearableFileInput(attrs={"accept": files.ACCEPT}),
    )

    def offer(self, found: QuerySet[EvidenceFile]) -> None:
        """Offer the files of an enterprise; without any, do not ask."""
        field = self.fields["evidence"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = found
        if not found.exists():
            del self.fields["evidence"]


class DeclarationForm(OwnFactsForm, EvidenceMixin):
    """Everything that an enterprise declares for a year."""

    reason = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("更正已申报的内容时，写明为什么更正。"),
    )

    def __init__(self, *arguments: Any, enterprise: Enterprise, **given: Any) -> None:
        super().__init__(*arguments, enterprise=enterprise, facts=declared(), **given)
        self.offer(enterprise.evidence.all())


class OneFactForm(FactsForm, EvidenceMixin):
    """One fact with the day from which it holds: what findings and records have in common."""

    valid_from = forms.DateField(
        label=gettext_lazy("自哪天起"),
        widget=DateInput(),
        initial=timezone.localdate,
        help_text=gettext_lazy("不能晚于今天。"),
    )

    def __init__(self, *arguments: Any, enterprise: Enterprise, fact: Fact, **given: Any) -> None:
        super().__init__(*arguments, facts=[fact], known=enterprise.known, **given)
        self.offer(enterprise.evidence.all())
        self.order_fields([fact.identifier, fact.identifier + UNIT, "valid_from", "source_name", "reason"])
        widget = self.fields[fact.identifier].widget
        if isinstance(widget, forms.RadioSelect):
            widget.choices = [*list(widget.choices)[:-1], ("", _("未知（撤回）"))]
        if fact.period == "prior_year":
            del self.fields["valid_from"]


class FindingForm(OneFactForm):
    """A department's judgement with its reason."""

    reason = forms.CharField(
        label=gettext_lazy("认定理由"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("写明依据的事实和文件；企业可以看到。"),
    )


class RecordForm(OneFactForm):
    """What a register or a department says, with where it says so."""

    source_name = forms.CharField(
        label=gettext_lazy("数据来源"),
        max_length=200,
        help_text=gettext_lazy("登记机关、系统或文件，例如：市市场监管局登记库 2024-06-01 提取。"),
    )
    reason = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
