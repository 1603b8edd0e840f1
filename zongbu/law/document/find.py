"""Where policy files are: as given, beside another policy, or among those that come with Zongbu."""

from __future__ import annotations

from pathlib import Path

from zongbu.law import formula
from zongbu.law.errors import InputError
from zongbu.law.facts import Dictionary, load_dictionary

SHIPPED = Path(__file__).parents[2] / "policies"
KEPT_DICTIONARY = "kept-dictionary.yaml"
"""The dictionary that lies beside a kept copy of a policy; a name that nobody gives to a file of facts."""


def find_policy(path_or_id: str | Path, beside: Path | None = None) -> Path:
    """The file of a policy: as given, next to another policy file, or among the shipped ones."""
    given = Path(path_or_id)
    candidates = [given] if given.suffix == ".md" else []
    if given.name == str(path_or_id):
        candidates += [folder / f"{given}.md" for folder in (beside, SHIPPED) if folder is not None]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    known = [file.stem for file in shipped_policies()]
    advice = formula.nearest(str(path_or_id), iter(known)) or f"现有政策：{'、'.join(known)}"
    raise InputError(f"没有政策「{path_or_id}」。{advice}")


def shipped_policies() -> list[Path]:
    """The policy files that come with Zongbu."""
    return sorted(file for file in SHIPPED.glob("*.md") if file.name[0].islower())


def dictionary_for(path: Path) -> Dictionary:
    """The dictionary of facts that a policy file goes by: the one kept beside it (``KEPT_DICTIONARY``), else the
    shipped one."""
    beside = path.with_name(KEPT_DICTIONARY)
    return load_dictionary(beside) if beside.is_file() else load_dictionary()
