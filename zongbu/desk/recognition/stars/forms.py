"""What people type about stars."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import showing
from zongbu.desk.library.forms.fields import DayField, LongField
from zongbu.desk.recognition.forms.public import ObjectionForm
from zongbu.desk.recognition.stars import explaining
from zongbu.desk.recognition.stars.definition import (
    MOST_INDICATORS,
    MOST_TIERS,
    Definition,
    Direction,
    Item,
    Kind,
    Method,
    Missing,
    Normalisation,
    Tier,
    faults,
    measurable,
)
from zongbu.desk.recognition.stars.models import IndicatorSet

SCORED = "score:"
MOST_LINES = 5000


def facts() -> list[tuple[str, str]]:
    """What an indicator may be about."""
    known = [(name, showing.title(fact)) for name, fact in measurable().items()]
    return [("", "—"), (SCORED, _("录入的评分")), *known]


class SetForm(forms.Form):
    """What a set is called, where it comes from, how scores become stars."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    source = forms.CharField(
        label=gettext_lazy("来源"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("载明指标和权重的文件。没有来源不能提请审批。"),
    )
    note = LongField(label=gettext_lazy("说明"), required=False, max_length=2000, rows=2)
    method = forms.ChoiceField(label=gettext_lazy("分级办法"), choices=Method)
    ties = forms.CharField(
        label=gettext_lazy("同分时依次比较的指标"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("填指标的标识，用逗号分开；仍相同的名次并列。"),
    )

    def clean_ties(self) -> tuple[str, ...]:
        return tuple(filter(None, re.split(r"[,，、\s]+", self.cleaned_data["ties"])))


class IndicatorForm(forms.Form):
    """One indicator; a row left empty is none."""

    title = forms.CharField(label=gettext_lazy("指标名称"), max_length=60)
    key = forms.SlugField(
        label=gettext_lazy("标识"), max_length=40, required=False, help_text=gettext_lazy("英文；不填则取事实的标识。")
    )
    about = forms.ChoiceField(label=gettext_lazy("取值"))
    weight = forms.DecimalField(
        label=gettext_lazy("权重"), max_digits=7, decimal_places=4, min_value=Decimal("0.0001"), max_value=100
    )
    direction = forms.ChoiceField(label=gettext_lazy("方向"), choices=Direction, initial=Direction.HIGHER)
    normalisation = forms.ChoiceField(
        label=gettext_lazy("标准化"), choices=Normalisation, initial=Normalisation.MIN_MAX
    )
    lower = forms.DecimalField(
        label=gettext_lazy("下限"), required=False, max_digits=24, decimal_places=6,
        help_text=gettext_lazy("只用于目标法；金额以元计。"),
    )  # fmt: skip
    upper = forms.DecimalField(label=gettext_lazy("上限"), required=False, max_digits=24, decimal_places=6)
    missing = forms.ChoiceField(label=gettext_lazy("缺值时"), choices=Missing, initial=Missing.UNDETERMINED)

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.fields["about"].choices = facts()  # type: ignore[attr-defined]

    def item(self, position: int) -> Item:
        data = self.cleaned_data
        scored = data["about"] == SCORED
        return Item(
            data["key"] or (f"score{position + 1}" if scored else data["about"]),
            data["title"],
            data["weight"],
            Kind.SCORE if scored else Kind.FACT,
            "" if scored else data["about"],
            data["direction"],
            data["normalisation"],
            data["missing"],
            data["lower"],
            data["upper"],
        )


class TierForm(forms.Form):
    """One star; a row left empty is none."""

    star = forms.IntegerField(label=gettext_lazy("星级"), min_value=1, max_value=MOST_TIERS)
    label = forms.CharField(label=gettext_lazy("称号"), max_length=40)
    limit = forms.DecimalField(
        label=gettext_lazy("界限"), required=False, min_value=0, max_digits=12, decimal_places=4,
        help_text=gettext_lazy("分数、百分比或家数；最低一级不填则为其余企业。"),
    )  # fmt: skip


INDICATORS: type[BaseFormSet[Any]] = forms.formset_factory(
    IndicatorForm,
    extra=3,
    max_num=MOST_INDICATORS,
    absolute_max=MOST_INDICATORS,
    can_delete=True,
    can_delete_extra=False,
)
TIERS: type[BaseFormSet[Any]] = forms.formset_factory(
    TierForm, extra=2, max_num=MOST_TIERS, absolute_max=MOST_TIERS, can_delete=True, can_delete_extra=False
)


class WholeSet:
    """The three parts of a set's form together."""

    def __init__(self, data: Any = None, found: IndicatorSet | None = None) -> None:
        initial = _initial(found) if found is not None else ({}, [], [])
        self.head = SetForm(data, initial=initial[0])
        if found is not None:
            self.head.fields["name"].disabled = True
        self.indicators = INDICATORS(data, prefix="indicators", initial=initial[1])
        self.tiers = TIERS(data, prefix="tiers", initial=initial[2])

    def is_valid(self) -> bool:
        sound = [part.is_valid() for part in (self.head, self.indicators, self.tiers)]  # all of them, for their errors
        return all(sound)

    @property
    def definition(self) -> Definition:
        """What was typed. Only after ``is_valid``."""
        filled = [form for form in self.indicators if _kept(form)]
        rows = [form.cleaned_data for form in self.tiers if _kept(form)]
        rows.sort(key=lambda row: -row["star"])
        return Definition(
            tuple(form.item(position) for position, form in enumerate(filled)),
            tuple(Tier(row["star"], row["label"], row["limit"]) for row in rows),
            self.head.cleaned_data["method"],
            self.head.cleaned_data["ties"],
        )

    @property
    def failed(self) -> bool:
        return bool(self.head.errors or any(self.indicators.errors) or any(self.tiers.errors))


def _kept(form: forms.Form) -> bool:
    """Whether a row was filled in and is not to be removed."""
    return bool(form.cleaned_data) and not form.cleaned_data.get("DELETE")


def _initial(found: IndicatorSet) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    definition = found.definition
    head = {
        "name": found.name, "source": found.source, "note": found.note, "method": found.method,
        "ties": _("，").join(found.ties),
    }  # fmt: skip
    items = [
        {
            "title": one.title, "key": one.key, "about": SCORED if one.kind == Kind.SCORE else one.fact,
            "weight": _short(one.weight), "direction": one.direction, "normalisation": one.normalisation,
            "lower": _short(one.lower), "upper": _short(one.upper), "missing": one.missing,
        }
        for one in definition.indicators
    ]  # fmt: skip
    return head, items, [{"star": one.star, "label": one.label, "limit": one.limit} for one in definition.tiers]


def _short(number: Decimal | None) -> str | None:
    return None if number is None else explaining.plain(number)


class EvaluationForm(forms.Form):
    """Beginning the evaluation of a year."""

    set = forms.ModelChoiceField(label=gettext_lazy("评价指标"), queryset=IndicatorSet.objects.none())
    year = forms.IntegerField(label=gettext_lazy("评价年度"), min_value=2000, max_value=2100)
    as_of = DayField(
        label=gettext_lazy("评价基准日"),
        help_text=gettext_lazy("这一天有效的总部企业参评；上年度的数取评价年度的前一年。"),
    )
    title = forms.CharField(label=gettext_lazy("名称"), max_length=200, required=False)
    notice_days = forms.IntegerField(
        label=gettext_lazy("公示天数（自然日）"), min_value=1, max_value=365,
        help_text=gettext_lazy("首日计入。政策没有规定天数，由总部办决定。"),
    )  # fmt: skip
    notice_reason = forms.CharField(
        label=gettext_lazy("公示天数的理由"), max_length=300, help_text=gettext_lazy("随公示一并公开。")
    )

    def __init__(self, *arguments: Any, sets: Any, **given: Any) -> None:
        today = timezone.localdate()
        given.setdefault("initial", {"year": today.year, "as_of": today})
        super().__init__(*arguments, **given)
        self.fields["set"].queryset = sets  # type: ignore[attr-defined]


class ScoresForm(forms.Form):
    """Scores of one indicator: a code and a number per line."""

    key = forms.ChoiceField(label=gettext_lazy("指标名称"))
    lines = LongField(
        label=gettext_lazy("评分"),
        rows=8,
        help_text=gettext_lazy("每行一家：统一社会信用代码和评分，用空格或逗号分开。再次录入的替换以前的。"),
    )
    source = forms.CharField(label=gettext_lazy("来源"), max_length=200)
    reason = LongField(label=gettext_lazy("理由"), max_length=500, rows=2)

    def __init__(self, items: Iterable[Item], *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.fields["key"].choices = [(one.key, one.title) for one in items]  # type: ignore[attr-defined]

    def clean_lines(self) -> dict[str, Decimal]:
        found: dict[str, Decimal] = {}
        wrong = []
        for number, line in enumerate(self.cleaned_data["lines"].splitlines(), 1):
            cells = [cell for cell in re.split(r"[,，;\s]+", line.strip()) if cell]
            if not cells:
                continue
            try:
                code, value = cells
                score = Decimal(value)
                if not score.is_finite() or abs(score) >= 10**12 or code.upper() in found:
                    raise ValueError
            except (InvalidOperation, ValueError):
                wrong.append(str(number))
                continue
            found[code.upper()] = score
        if wrong:
            raise forms.ValidationError(
                _("第%(numbers)s行读不出：每行一个代码、一个数，代码不重复。") % {"numbers": _("、").join(wrong[:10])}
            )
        if len(found) > MOST_LINES:
            raise forms.ValidationError(_("一次最多录入%(most)s行。") % {"most": MOST_LINES})
        return found


class NoticeForm(forms.Form):
    """From when on the intended list is shown to the public; how long was set when the evaluation began."""

    starts = DayField(label=gettext_lazy("公示开始"))
    text = LongField(label=gettext_lazy("公示正文"), required=False, max_length=2000, rows=3)
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class StarObjectionForm(ObjectionForm):
    """An objection to an intended star."""

    name = None  # type: ignore[assignment]


class ObjectionReplyForm(forms.Form):
    """The reply to an objection, and what follows from it."""

    EFFECTS = (
        ("uphold", gettext_lazy("异议成立：撤下公示，重新评价")),
        ("dismiss", gettext_lazy("异议不成立：公示照常进行")),
    )
    effect = forms.ChoiceField(label=gettext_lazy("处理结果"), choices=EFFECTS, widget=forms.RadioSelect)
    reply = LongField(
        label=gettext_lazy("答复"), max_length=4000, rows=5, help_text=gettext_lazy("提出异议的人凭收件号可以看到。")
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class OverrideForm(forms.Form):
    """Another star than the computed one, and why."""

    star = forms.TypedChoiceField(label=gettext_lazy("调整为"), coerce=int)
    reason = LongField(label=gettext_lazy("理由"), max_length=1000, rows=3)

    def __init__(self, definition: Definition, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        stars = [*(one.star for one in definition.tiers), 0]
        self.fields["star"].choices = [(star, definition.label(star)) for star in stars]  # type: ignore[attr-defined]


class WhatIfForm(forms.Form):
    """Other weights and limits; asked for by the address, so that it can be passed on."""

    def __init__(self, definition: Definition, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.definition = definition
        for one in definition.indicators:
            self.fields[f"w_{one.key}"] = forms.DecimalField(
                label=one.title, min_value=0, max_value=100, max_digits=7, decimal_places=4,
                initial=explaining.plain(one.weight),
            )  # fmt: skip
        self.fields["method"] = forms.ChoiceField(
            label=_("分级办法"), choices=Method.choices, initial=definition.method
        )
        for tier in definition.tiers:
            self.fields[f"t_{tier.star}"] = forms.DecimalField(
                label=tier.label, min_value=0, max_digits=12, decimal_places=4, required=False,
                initial=None if tier.limit is None else explaining.plain(tier.limit),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            for fault in faults(self.altered):
                self.add_error(None, fault)
        return data

    @property
    def altered(self) -> Definition:
        data = self.cleaned_data
        return self.definition.altered(
            {one.key: data[f"w_{one.key}"] for one in self.definition.indicators},
            {one.star: data[f"t_{one.star}"] for one in self.definition.tiers},
            data["method"],
        )

    @property
    def weights(self) -> list[Any]:
        return [self[f"w_{one.key}"] for one in self.definition.indicators]

    @property
    def limits(self) -> list[Any]:
        return [self[f"t_{one.star}"] for one in self.definition.tiers]
