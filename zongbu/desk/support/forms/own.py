"""What an enterprise fills in: the start of a claim, missing facts, materials, invoices, contact, account."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from zongbu.desk.enterprises import files, showing
from zongbu.desk.enterprises.forms.facts import FactField, FactsForm
from zongbu.desk.enterprises.models import EvidenceFile, Source
from zongbu.desk.recognition.forms.applying import Line, Section
from zongbu.desk.support.entitlement import Entitlement, keys_of
from zongbu.desk.support.measures import of_claim
from zongbu.desk.support.models import Claim, ClaimComment, ClaimMaterial
from zongbu.law.facts import Fact

INVOICES = 3
"""Empty lines for invoices beside those that are named already."""
MOST_INVOICES = 60
FURTHER = "x"
"""How the fields of further materials are numbered."""


class StartForm(forms.Form):
    """For which year, and for which project where the measure is given for each."""

    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    subject = forms.CharField(
        label=gettext_lazy("申请的事项"),
        max_length=200,
        help_text=gettext_lazy("项目、标准、人才等的名称；同一年度不同事项可以分别申请。"),
    )

    def __init__(self, *arguments: Any, years: Iterable[int] = (), each: bool = False, **given: Any) -> None:
        super().__init__(*arguments, **given)
        field = self.fields["year"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [(year, _("%(year)s年度") % {"year": year}) for year in years]
        if not each:
            del self.fields["subject"]


# --- facts -----------------------------------------------------------------------------------------------------


def asked_for(claim: Claim, one: Entitlement, further: Collection[str] = ()) -> list[Fact]:
    """The facts that the form asks for: what the enterprise declares and the measure still lacks, what it has declared
    in this claim, what is to be corrected, and what it wants to correct itself (``further``)."""
    dictionary = one.offering.policy.dictionary
    found = dict.fromkeys(keys_of(one))
    told = claim.enterprise.records.filter(recording__source=Source.DECLARED, recording__reason=claim.receipt)
    found |= dict.fromkeys(told.values_list("fact", flat=True))
    found |= dict.fromkeys(claim.comments.filter(resolved_at=None).values_list("subject", flat=True))
    found |= dict.fromkeys(further)
    order = {name: place for place, name in enumerate(dictionary)}
    facts = [dictionary[name] for name in sorted(found, key=lambda name: order.get(name, 0)) if name in order]
    return [fact for fact in facts if fact.kind == "declared"]


class ClaimFactsForm(FactsForm):
    """The facts of a claim; ``comments`` are those of the reviewers, by field."""

    def __init__(
        self,
        *arguments: Any,
        claim: Claim,
        facts: Iterable[Fact],
        comments: Iterable[ClaimComment] = (),
        **given: Any,
    ) -> None:
        self.enterprise = claim.enterprise
        super().__init__(*arguments, facts=facts, year=claim.as_of.year - 1, known=self.enterprise.known, **given)
        self.comments: dict[str, list[ClaimComment]] = defaultdict(list)
        for one in comments:
            self.comments[one.subject].append(one)

    def sections(self) -> list[Section]:
        """Yearly figures with last year's value to take over, and the rest."""
        yearly: list[Line] = []
        other: list[Line] = []
        for field, unit in self.facts:
            assert isinstance(field.field, FactField)
            fact = field.field.fact
            before = self.enterprise.known.get(f"{fact.identifier}@{self.year - 1}", "") if fact.period else ""
            entered = showing.entered(before, self.money_unit) if fact.type == "money" else (before, "")
            comments: tuple[Any, ...] = tuple(self.comments.get(fact.identifier, ()))
            line = Line(field, unit, showing.show(fact, before), *entered, comments)
            (yearly if fact.period else other).append(line)
        return [
            Section(title, lines)
            for title, lines in ((_("%s 年数据") % self.year, yearly), (_("现状"), other))
            if lines
        ]

    def told(self) -> dict[str, str]:
        """What was filled in, and what was emptied that had a value before."""
        return {key: text for key, text in self.cleaned.items() if text or self.enterprise.known.get(key)}


# --- materials -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material with what has been handed in for it; ``key`` numbers its fields, ``name`` is as the policy says
    (empty: further ones)."""

    key: str
    name: str
    title: str
    handed: tuple[ClaimMaterial, ...]
    comments: tuple[ClaimComment, ...] = ()
    upload: forms.BoundField | None = None
    reuse: forms.BoundField | None = None

    @property
    def required(self) -> bool:
        return bool(self.name)

    @property
    def lacking(self) -> bool:
        """Whether it has to be handed in and has not been."""
        return self.required and not self.handed


def wanted_materials(claim: Claim, comments: Iterable[ClaimComment] = ()) -> list[Wanted]:
    """The materials that the measure names, and further ones, with their files; one query."""
    handed: dict[str, list[ClaimMaterial]] = defaultdict(list)
    for one in claim.materials.select_related("file"):
        handed[one.title].append(one)
    about: dict[str, list[ClaimComment]] = defaultdict(list)
    for comment in comments:
        about[comment.subject].append(comment)
    found = [
        Wanted(str(place), name, name, tuple(handed[name]), tuple(about[f"material:{name}"]))
        for place, name in enumerate(of_claim(claim).materials)
    ]
    return [*found, Wanted(FURTHER, "", _("其他材料"), tuple(handed[""]), tuple(about["material:"]))]


class MaterialsForm(forms.Form):
    """A new file, or one that the enterprise has handed in before, for each material; and the invoices."""

    def __init__(self, *arguments: Any, claim: Claim, wanted: list[Wanted], **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.wanted = wanted
        earlier = claim.enterprise.evidence.all()
        any_earlier = earlier.exists()
        for one in wanted:
            self.fields[f"file_{one.key}"] = forms.FileField(
                label=one.title, required=False, widget=forms.FileInput(attrs={"accept": files.ACCEPT})
            )
            rest = earlier.exclude(pk__in=[handed.file_id for handed in one.handed])
            if any_earlier:
                self.fields[f"reuse_{one.key}"] = _Earlier(rest, label=one.title, required=False, empty_label="—")
        named = list(claim.invoices.all())
        sent = sum(name.startswith("invoice_") for name in self.data)
        self.number = min(max(len(named) + INVOICES if named else INVOICES, sent), MOST_INVOICES)
        for place in range(self.number):
            known = named[place] if place < len(named) else None
            self.fields[f"invoice_{place}"] = forms.CharField(
                label=_("发票%(number)s号码") % {"number": place + 1},
                max_length=40,
                required=False,
                initial=known.number if known else "",
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            amount = forms.DecimalField(
                label=_("发票%(number)s金额") % {"number": place + 1},
                max_digits=15,
                decimal_places=2,
                min_value=Decimal("0.01"),
                required=False,
                initial=Decimal(known.amount) / 100 if known is not None and known.amount else None,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )
            amount.unit = _("元")  # type: ignore[attr-defined]  # read by parts/field.html
            self.fields[f"amount_{place}"] = amount

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen: set[str] = set()
        for place in range(self.number):
            number = "".join((cleaned.get(f"invoice_{place}") or "").split()).upper()
            if not number:
                if cleaned.get(f"amount_{place}"):
                    self.add_error(f"invoice_{place}", _("请填写发票号码。"))
                continue
            if number in seen:
                self.add_error(f"invoice_{place}", _("这张发票已经填过。"))
            seen.add(number)
        return cleaned

    def invoices(self) -> list[tuple[str, Decimal | None]]:
        """What was named: number and amount in yuan."""
        found = ((f"invoice_{place}", f"amount_{place}") for place in range(self.number))
        pairs = [(self.cleaned_data.get(name) or "", self.cleaned_data.get(amount)) for name, amount in found]
        return [(number, amount) for number, amount in pairs if number.strip()]

    def lines(self) -> list[Wanted]:
        """The materials with their fields."""
        return [
            replace(
                one,
                upload=self[f"file_{one.key}"],
                reuse=self[f"reuse_{one.key}"] if f"reuse_{one.key}" in self.fields else None,
            )
            for one in self.wanted
        ]

    def invoice_lines(self) -> Iterator[tuple[int, forms.BoundField, forms.BoundField]]:
        """The fields of the invoices, line by line."""
        for place in range(self.number):
            yield place + 1, self[f"invoice_{place}"], self[f"amount_{place}"]


class _Earlier(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, file: Any) -> str:
        assert isinstance(file, EvidenceFile)
        return f"{file.name}（{file.uploaded_at:%Y-%m-%d}）"


# --- contact, account, signature -------------------------------------------------------------------------------


class ContactForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whom to ask, and for what."""

    class Meta:
        model = Claim
        fields = ("subject", "contact_name", "contact_phone", "note")
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        if of_claim(self.instance).measure.frequency != "each":
            del self.fields["subject"]
        else:
            self.fields["subject"].required = True
            self.fields["subject"].help_text = _("项目、标准、人才等的名称。")
        self.fields["contact_name"].required = True
        self.fields["contact_phone"].required = True
        self.fields["contact_name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact_phone"].widget.attrs |= {"autocomplete": "tel", "inputmode": "tel"}
        self.fields["note"].help_text = _("材料里没有写清、需要办理人员知道的情况。")


class AccountForm(forms.Form):
    """The account into which the enterprise is paid; in its own name only."""

    bank = forms.CharField(
        label=gettext_lazy("开户行"), max_length=200, help_text=gettext_lazy("写到支行，例如：示例银行杭州滨江支行。")
    )
    number = forms.CharField(
        label=gettext_lazy("账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=gettext_lazy("6至32位数字，空格不计。"),
    )
    again = forms.CharField(
        label=gettext_lazy("再填一次账号"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        number, again = ("".join((cleaned.get(name) or "").split()) for name in ("number", "again"))
        if number and again and number != again:
            self.add_error("again", _("两次填写的账号不一致。"))
        return cleaned


class DeclineForm(forms.Form):
    """Why an offer is not taken."""

    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ObjectForm(forms.Form):
    """What an enterprise has to say against a refusal or the amount."""

    text = forms.CharField(
        label=gettext_lazy("异议内容和依据"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("写明对哪一条、依据什么事实；由作出决定的单位答复，异议成立的重新核验。"),
    )
