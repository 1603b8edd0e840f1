"""What an enterprise fills in about itself for a case, whatever the case is: facts that still count, files for each
material."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from zongbu.desk.enterprises import files
from zongbu.desk.enterprises.models import Enterprise, EvidenceFile, Source
from zongbu.law.facts import Fact

# --- facts -----------------------------------------------------------------------------------------------------


def asked_for(
    enterprise: Enterprise,
    case: str,
    dictionary: Mapping[str, Fact],
    lacking: Iterable[str],
    objected: Iterable[str],
    further: Collection[str] = (),
) -> list[Fact]:
    """The facts that a form asks for, in the order of the dictionary, as far as enterprises declare them; one query.

    Args:
        case: the number of the case; what has been declared in it is asked for again, so that it can be changed.
        lacking: what can still change the result.
        objected: what is to be corrected; may name what is no fact.
        further: what the enterprise wants to correct by itself.
    """
    told = enterprise.records.filter(recording__source=Source.DECLARED, recording__reason=case)
    wanted = {*lacking, *told.values_list("fact", flat=True), *objected, *further}
    return [fact for name, fact in dictionary.items() if name in wanted and fact.kind == "declared"]


# --- materials -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A material with what has been handed in for it.

    Attributes:
        key: numbers its fields in the form.
        name: by which a case knows it; None: whatever else is handed in.
        handed: the files, each with its ``file``.
    """

    key: str
    name: Any
    title: str
    note: str
    required: bool
    handed: tuple[Any, ...]
    comments: tuple[Any, ...] = ()
    upload: forms.BoundField | None = None
    reuse: forms.BoundField | None = None

    @property
    def lacking(self) -> bool:
        """Whether it has to be handed in and has not been."""
        return self.required and not self.handed


class MaterialsForm(forms.Form):
    """A new file, or one that the enterprise has handed in before, for each material."""

    def __init__(self, *arguments: Any, enterprise: Enterprise, wanted: list[Wanted], **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.wanted = wanted
        earlier = enterprise.evidence.all()
        any_earlier = earlier.exists()
        for one in wanted:
            self.fields[f"file_{one.key}"] = forms.FileField(
                label=one.title, required=False, widget=forms.FileInput(attrs={"accept": files.ACCEPT})
            )
            rest = earlier.exclude(pk__in=[handed.file_id for handed in one.handed])
            if any_earlier:
                self.fields[f"reuse_{one.key}"] = _Earlier(rest, label=one.title, required=False, empty_label="—")

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


class _Earlier(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, file: Any) -> str:
        assert isinstance(file, EvidenceFile)
        return f"{file.name}（{file.uploaded_at:%Y-%m-%d}）"
