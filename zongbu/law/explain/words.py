"""The words of explanations, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

VERDICTS: Mapping[str, Mapping[bool | None, tuple[str, str]]] = {
    "zh": {True: ("✓", "满足"), False: ("✗", "不满足"), None: ("?", "待定")},
    "en": {True: ("✓", "met"), False: ("✗", "not met"), None: ("?", "undetermined")},
}

_WORDS = {
    "all": ("以下各项都要满足", "all of these"),
    "any": ("以下满足一项即可", "any one of these"),
    "not": ("不得：{0}", "must not hold: {0}"),
    "condition": ("条件：{0}", "condition: {0}"),
    "branches_agree": ("条件虽然待定，两种情形的结果相同", "the condition is undetermined, but both cases agree"),
    "known": ("已有值：{0}", "is known: {0}"),
    "missing": ("缺", "missing"),
    "unknown": ("未知", "unknown"),
    "unpublished": ("未公布", "unpublished"),
    "yes": ("是", "yes"),
    "no": ("否", "no"),
    "short": ("差 {0}", "short by {0}"),
    "excess": ("超出 {0}", "over by {0}"),
    "see": ("见该项", "see there"),
    "member": ("属于", "is in"),
    "largest": ("最大", "the larger of"),
    "smallest": ("最小", "the smaller of"),
    "half_up": ("四舍五入到 {0} 位小数", "rounded half up to {0} places"),
    "down": ("舍去到 {0} 位小数", "rounded down to {0} places"),
    "zero_divisor": ("{0} 为零，比值没有意义", "{0} is zero, so the ratio is undefined"),
    "not_in_table": ("{0}里没有 {1} 这一行", "{0} has no entry for {1}"),
    "base_date": ("基准日", "as-of date"),
    "if": ("如果", "if"),
    "otherwise": ("否则", "otherwise"),
    "then": ("则", "then"),
    "need": ("{0} 要达到 {1}，现为 {2}，还差 {3}", "{0} must reach {1}; it is {2}, {3} to go"),
    "need_less": ("{0} 不得超过 {1}，现为 {2}，超出 {3}", "{0} must not exceed {1}; it is {2}, {3} over"),
    "need_true": ("要做到：{0}", "must hold: {0}"),
    "need_false": ("要消除：{0}", "must no longer hold: {0}"),
    "fixed": ("（企业无法改变）", " (cannot be acted on)"),
    "demonstration": ("演示参数", "demonstration parameters"),
}


def word(key: str, lang: str, *values: object) -> str:
    """A phrase in a language, with its blanks filled."""
    return _WORDS[key][lang == "en"].format(*values)


def verdict(value: Any, lang: str) -> tuple[str, str]:
    """Sign and word of a truth value."""
    return VERDICTS[lang][value]
