"""What can go wrong, said so that the reader knows what, where and what to do."""

from __future__ import annotations

from dataclasses import dataclass


class ZongbuError(Exception):
    """Base of every error that Zongbu raises on purpose; ``str()`` is fit to show to a user."""


class InputError(ZongbuError):
    """Facts, a table or an option that cannot be used as given."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in a policy file.

    ``line`` and ``column`` count from 1; ``text`` is the offending text, ``hint`` what to do about it.
    """

    file: str
    line: int
    column: int
    message: str
    text: str = ""
    hint: str = ""

    def __str__(self) -> str:
        found = f"「{self.text}」" if self.text else ""
        advice = f"（{self.hint}）" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{found}{advice}"


class PolicyError(ZongbuError):
    """A policy file that cannot be loaded; ``problems`` lists every fault found, in file order."""

    def __init__(self, problems: list[Problem] | tuple[Problem, ...]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.column)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
