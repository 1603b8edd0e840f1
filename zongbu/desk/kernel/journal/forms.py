"""The filters above the journal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.journal.queries import Filters, distinct, kinds, labels
from zongbu.desk.kernel.scope import Viewer


class FilterForm(forms.Form):
    """Person, act, object, case and period."""

    person = forms.CharField(label=_("人员"), required=False, max_length=150)
    act = forms.ChoiceField(label=_("动作"), required=False)
    kind = forms.ChoiceField(label=_("对象类别"), required=False)
    subject = forms.CharField(label=_("对象名称或编号"), required=False, max_length=200)
    case = forms.CharField(label=_("事项编号"), required=False, max_length=60)
    since = forms.DateField(label=_("起始日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("截止日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, viewer: Viewer, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        acts = distinct(viewer, "act")
        groups = sorted({f"{act.partition('.')[0]}." for act in acts})
        known = labels()
        self._choose("act", [*((group, f"{group}*") for group in groups), *((act, _named(act, known)) for act in acts)])
        self._choose("kind", kinds(distinct(viewer, "subject_kind")))

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("全部")), *choices]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("截止日期早于起始日期。"))
        return values

    def filters(self) -> Filters:
        """What is asked for; what cannot be understood is left out."""
        if not self.is_bound:
            return Filters()
        self.is_valid()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


def _named(act: str, known: Any) -> str:
    return f"{known[act]}（{act}）" if act in known else act
