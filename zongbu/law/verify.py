"""Verifying a recorded assessment: recompute it from what it carries, and say what differs.

A record (``Assessment.document()``) names its policy and version and carries the facts, the parameters that
were entered from outside with their sources, and the readings. That is enough to compute it again; whatever
then comes out otherwise was changed afterwards, in the record or in the policy.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

import orjson

from zongbu.law.assessor import Assessor
from zongbu.law.document import load_policy, shipped_policies
from zongbu.law.errors import InputError
from zongbu.law.facts import Dictionary, other_years_only
from zongbu.law.files import read_bytes
from zongbu.law.policy import Policy

ABSENT: Final = "（没有）"
"""Stands in a difference for something that only the other side has."""

SHOWN: Final = 80
"""Characters of a value that a message shows."""

LANGUAGES: Final = ("zh", "en")
_NEEDED: Final = {"policy": str, "version": str, "as_of": str, "results": dict, "facts": dict}
_COMPARED: Final = ("title", "results", "referred", "missing", "shortfalls", "readings", "parameters")
_GIVEN: Final = ("policy", "version", "as_of", "lang", "facts", "remarks")
"""What the recomputation starts from, and what is compared in its own way."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where record and recomputation part; ``path`` is like ``results.meets_scale.value``."""

    path: str
    recorded: Any
    recomputed: Any

    def __str__(self) -> str:
        one, other = _excerpts(self.recorded, self.recomputed)
        return f"{self.path}：记录为 {one}，重算为 {other}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of a verification.

    ``version`` is the policy version that the record names, ``current_version`` the one it was recomputed
    with; where they differ, that is the first of ``differences``.
    """

    policy: str
    version: str
    current_version: str
    differences: tuple[Difference, ...]

    @property
    def identical(self) -> bool:
        """Whether the record came out again, word for word."""
        return not self.differences

    @property
    def same_version(self) -> bool:
        """Whether the policy is still the one that the record was made under."""
        return self.version == self.current_version


def verify(
    document: Mapping[str, Any],
    policy: Policy | str | Path | None = None,
    *,
    assessors: dict[bytes, Assessor] | None = None,
) -> Verification:
    """Recompute a recorded assessment and compare.

    Results, reasons, missing facts, shortfalls, readings, parameters and remarks are compared word for word,
    in the record's own language. One kind of remark cannot come again, because the record does not hold what
    it is about: that a fact was given for other years only. It is accepted for such facts and in these words.
    A top-level entry that no assessment has is a difference.

    Args:
        document: what ``Assessment.document()`` gave, possibly by way of JSON.
        policy: the policy, or where to find it; None: the shipped one that the record names.
        assessors: an empty dictionary, given again with each of many records of one policy: what those have in
            common (day, parameters, readings, results) is then prepared once.

    Raises:
        InputError: the document is no assessment, its policy is not found, or what it carries cannot be
            used (an unknown fact, a parameter or reading that the policy does not have).
    """
    _check_shape(document)
    policy = _policy(document, policy)
    try:
        recomputed = _recompute(document, policy, {} if assessors is None else assessors)
    except InputError as error:
        if document["version"] != policy.version:
            raise InputError(f"{_other_version(document, policy)}；用手头的版本不能重算：{error}") from None
        raise InputError(f"记录不能重算：{error}") from None
    differences = []
    if document["version"] != policy.version:
        differences.append(Difference("version", document["version"], policy.version))
    for key in _COMPARED:
        if not _alike(document.get(key, ABSENT), recomputed[key]):
            differences += _differences(key, document.get(key, ABSENT), recomputed[key])
    differences += _remarks(document, recomputed["remarks"], policy.dictionary)
    differences += [
        Difference(key, value, ABSENT) for key, value in document.items() if key not in (*_COMPARED, *_GIVEN)
    ]
    return Verification(policy.identifier, document["version"], policy.version, tuple(differences))


def read_document(path: str | Path) -> dict[str, Any]:
    """Read an assessment from a JSON file.

    Raises:
        InputError: the file cannot be read, or is no JSON object.
    """
    text = read_bytes(path)
    try:
        content = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"「{path}」不是 UTF-8 编码的 JSON 文件") from None
    except json.JSONDecodeError as error:
        where = f"第 {error.lineno} 行第 {error.colno} 列"
        raise InputError(f"「{path}」不是合格的 JSON（{where}）：文件可能不完整") from None
    except RecursionError:
        raise InputError(f"「{path}」不是评估记录：嵌套过深") from None
    if not isinstance(content, dict):
        raise InputError(f"「{path}」不是评估记录：应是 zongbu assess --format json 的输出")
    return content


# --- recomputing -----------------------------------------------------------------------------------------


def _check_shape(document: Mapping[str, Any]) -> None:
    for key, kind in _NEEDED.items():
        if not isinstance(document.get(key), kind):
            what = f"「{key}」不是应有的形式" if key in document else f"缺少「{key}」"
            raise InputError(f"不是评估记录：{what}。应是 zongbu assess --format json 的输出")
    if not _is_day(document["as_of"]):
        raise InputError(f"评估记录的基准日 as_of「{document['as_of']}」不是日期，应如 2023-06-30")
    if document.get("lang", "zh") not in LANGUAGES:
        raise InputError(f"评估记录的语言 lang「{document['lang']}」应为 zh 或 en")
    for key in ("parameters", "readings"):
        section = document.get(key, {})
        if not isinstance(section, dict) or not all(isinstance(entry, dict) for entry in section.values()):
            raise InputError(f"不是评估记录：「{key}」不是应有的形式")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _policy(document: Mapping[str, Any], given: Policy | str | Path | None) -> Policy:
    name = document["policy"]
    if isinstance(given, Policy):
        policy = given
    elif given is not None:
        policy = load_policy(given)
    elif name in {file.stem for file in shipped_policies()}:
        policy = load_policy(name)
    else:  # a record never makes us read a file that it names
        raise InputError(f"记录所依据的政策「{name}」不在随附的政策里，请另外给出它的文件（--policy 文件.md）")
    if policy.identifier != name:
        raise InputError(f"记录依据的是政策「{name}」，给出的文件是「{policy.identifier}」")
    return policy


def _recompute(document: Mapping[str, Any], policy: Policy, assessors: dict[bytes, Assessor]) -> dict[str, Any]:
    overrides: dict[str, dict[str, dict[str, Any]]] = {}
    for identifier, entry in document.get("parameters", {}).items():
        if "source" in entry:
            owner, _, name = identifier.rpartition(".")
            given = {"value": entry.get("value"), "source": entry["source"]}
            overrides.setdefault(owner or policy.identifier, {})[name] = given
    used = {name: entry["used"] for name, entry in document.get("readings", {}).items() if "used" in entry}
    key = orjson.dumps([policy.version, document["as_of"], overrides, used, list(document["results"])])
    assessor = assessors.get(key)
    if assessor is None:
        assessor = assessors[key] = policy.assessor(
            as_of=date.fromisoformat(document["as_of"]),
            parameters=overrides,
            readings=used,
            results=list(document["results"]),
        )
    assessment = assessor.assess(_facts(document["facts"], policy.dictionary))
    return assessment.document(document.get("lang", "zh"))


def _facts(recorded: Mapping[str, Any], dictionary: Dictionary) -> dict[str, Any]:
    """The recorded facts, ready to be read again: a bare ratio above 1 is meant as it stands."""
    facts = {}
    for name, value in recorded.items():
        fact = dictionary.get(name)
        if fact is not None and fact.type == "ratio" and isinstance(value, str):
            with contextlib.suppress(InvalidOperation):  # written by hand: read as people write it
                value = f"{Decimal(value) * 100:f}%"
        facts[name] = value
    return facts


# --- comparing -------------------------------------------------------------------------------------------


def _alike(recorded: Any, recomputed: Any) -> bool:
    """Whether both are written alike: the quick answer for the usual case, in which nothing differs."""
    try:
        return orjson.dumps(recorded) == orjson.dumps(recomputed)
    except TypeError:  # something that JSON does not know: to be named where it is
        return False


def _differences(path: str, recorded: Any, recomputed: Any) -> Iterator[Difference]:
    if isinstance(recorded, Mapping) and isinstance(recomputed, Mapping):
        for key in dict.fromkeys([*recorded, *recomputed]):
            inner = f"{path}.{key}"
            yield from _differences(inner, recorded.get(key, ABSENT), recomputed.get(key, ABSENT))
    elif isinstance(recorded, list) and isinstance(recomputed, list):
        for index in range(max(len(recorded), len(recomputed))):
            pair = [side[index] if index < len(side) else ABSENT for side in (recorded, recomputed)]
            yield from _differences(f"{path}[{index}]", *pair)
    elif type(recorded) is not type(recomputed) or recorded != recomputed:
        yield Difference(path, recorded, recomputed)


def _remarks(document: Mapping[str, Any], recomputed: list[str], dictionary: Dictionary) -> Iterator[Difference]:
    recorded = document.get("remarks", [])
    if not isinstance(recorded, list):
        yield Difference("remarks", recorded, recomputed)
        return
    year = int(document["as_of"][:4]) - 1
    unrepeatable = {
        other_years_only(fact, year).text(document.get("lang", "zh"))
        for fact in dictionary.values()
        if fact.period == "prior_year" and document["facts"].get(fact.identifier) is None
    }
    for place, remark in enumerate(recorded):
        known = remark in recomputed or (isinstance(remark, str) and remark in unrepeatable)
        if not known or remark in recorded[:place]:
            yield Difference(f"remarks[{place}]", remark, ABSENT)
    for remark in recomputed:
        if remark not in recorded:
            yield Difference("remarks", ABSENT, remark)


def _other_version(document: Mapping[str, Any], policy: Policy) -> str:
    return f"政策版本不同：记录为 {document['version'][:12]}…，手头为 {policy.version[:12]}…"


def _excerpts(one: Any, other: Any) -> tuple[str, str]:
    """Both sides, short enough for a line; of long texts the part where they differ."""
    texts = [ABSENT if side == ABSENT else json.dumps(side, ensure_ascii=False, default=str) for side in (one, other)]
    common = next((n for n, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), 0)
    start = max(0, common - 20) if max(map(len, texts)) > SHOWN else 0
    first, second = (_cut(text, start) for text in texts)
    return first, second


def _cut(text: str, start: int) -> str:
    piece = text[start : start + SHOWN]
    return f"{'…' if start else ''}{piece}{'…' if start + SHOWN < len(text) else ''}"
