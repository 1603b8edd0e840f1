"""Fields and forms as the pages draw them."""

from __future__ import annotations

from django import forms
from django.template import Context, Template


class Amount(forms.Form):
    revenue = forms.DecimalField(label="上年度营业收入", help_text="依据（三）2", required=True)
    note = forms.CharField(label="说明", required=False)
    agreed = forms.BooleanField(label="已核对")
    kind = forms.ChoiceField(label="类别", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)


def drawn(form: forms.Form) -> str:
    return Template('{% include "parts/form.html" %}').render(Context({"form": form, "csrf_token": "x"}))


def test_label_hint_and_unit_belong_to_the_input() -> None:
    form = Amount()
    form.fields["revenue"].unit = "万元"  # type: ignore[attr-defined]
    shown = drawn(form)
    assert '<label class="form-label" for="id_revenue">上年度营业收入</label>' in shown
    assert '<span class="input-group-text">万元</span>' in shown
    assert 'aria-describedby="id_revenue_helptext"' in shown
    assert 'id="id_revenue_helptext"' in shown
    assert "选填" in shown


def test_errors_stand_at_the_field_and_on_top_and_nothing_is_lost() -> None:
    shown = drawn(Amount({"revenue": "很多", "note": "保留这句话"}))
    assert 'class="alert alert-danger error-summary" role="alert"' in shown
    assert '<a href="#id_revenue">上年度营业收入</a>' in shown
    assert '<a href="#id_kind_group">类别</a>' in shown
    assert 'id="id_kind_group"' in shown
    assert 'aria-describedby="id_revenue_helptext id_revenue_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'value="很多"' in shown
    assert 'value="保留这句话"' in shown


def test_choices_have_a_legend_and_a_box_its_label_behind() -> None:
    shown = drawn(Amount())
    assert '<legend class="form-label">类别</legend>' in shown
    assert 'class="form-check-input"' in shown
    assert '<label class="form-check-label" for="id_agreed">已核对</label>' in shown


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in drawn(Amount())
