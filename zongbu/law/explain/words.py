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
    "branches_agree": (
        "条件虽然待定，两种情形的结果相同",
        "the condition is undetermined, but both cases agree",
    ),
    "known": ("已有值：{0}", "known: {0}"),
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
    "cases": ("如果 {0}，则 {1}，否则 {2}", "if {0} then {1}, otherwise {2}"),
    "not_entitled": ("不符合对象", "not entitled"),
    "need": ("{0} 要达到 {1}，现为 {2}，还差 {3}", "{0} must reach {1}; it is {2}, {3} to go"),
    "need_less": ("{0} 不得超过 {1}，现为 {2}，超出 {3}", "{0} must not exceed {1}; it is {2}, {3} over"),
    "exceed": ("{0} 要超过 {1}，现在恰好相等", "{0} must exceed {1}; it is exactly that"),
    "stay_below": ("{0} 要低于 {1}，现在恰好相等", "{0} must be below {1}; it is exactly that"),
    "need_true": ("要做到：{0}", "must hold: {0}"),
    "need_false": ("要消除：{0}", "must no longer hold: {0}"),
    "fixed": ("（企业无法改变）", " (cannot be acted on)"),
    "demonstration": ("演示参数", "demonstration parameters"),
    # --- pages and terminals
    "list_comma": ("、", ", "),
    "semicolon": ("；", "; "),
    "unnamed": ("（企业名称未填）", "(enterprise not named)"),
    "status_施行": ("施行", "in force"),
    "status_征求意见": ("征求意见", "draft for consultation"),
    "status_废止": ("废止", "repealed"),
    "document_number": ("文号", "Number"),
    "status": ("状态", "Status"),
    "in_force": ("施行期", "In force"),
    "from_to": ("{0}至{1}", "{0} to {1}"),
    "from": ("{0}起", "from {0}"),
    "enterprise": ("企业", "Enterprise"),
    "version": ("政策版本", "Policy version"),
    "notice": ("提示 {}：{}", "Note {}: {}"),
    "remarks": ("请注意", "Please note"),
    "results": ("结果", "Results"),
    "result": ("结果", "Result"),
    "answer": ("判断", "Answer"),
    "clause": ("依据条款", "Clause"),
    "because": ("理由", "Reasons"),
    "because_of": ("为什么", "Why"),
    "supporting": ("理由中引用的其他规则", "Other rules that the reasons refer to"),
    "missing_facts": ("还缺的事实", "Facts still missing"),
    "missing_intro": (
        "只有这些事实还会改变待定的结果，别的不必再补。",
        "Only these facts can still change an undetermined result; nothing else is needed.",
    ),
    "fact": ("事实", "Fact"),
    "supplier": ("由谁提供", "Who can supply it"),
    "decides": ("影响的结果", "Results that hang on it"),
    "supplied_declared": ("企业申报", "declared by the enterprise"),
    "supplied_registry": ("登记或部门数据", "from a registry"),
    "supplied_finding": ("由主管部门认定", "finding by a department"),
    "other_gaps": ("补齐事实也不能确定的", "Undetermined for other reasons"),
    "shortfalls": ("还差多少", "What is short"),
    "ways_in": ("满足下列一条即可，最近的在前：", "Any one of these will do, the nearest first:"),
    "way": ("途径 {0}", "Way {0}"),
    "readings": ("解释口径", "Readings"),
    "readings_intro": (
        "条文有不止一种读法；换用下列口径，结果会不同。",
        "The text can be read in more than one way; under these readings results would differ.",
    ),
    "reading_used": ("现用「{0}」", "Used: {0}"),
    "reading_other": ("换用「{0}」", "Under “{0}”"),
    "becomes": ("{0}：{1} → {2}", "{0}: {1} → {2}"),
    "facts": ("依据的事实", "Facts used"),
    "value": ("值", "Value"),
    "parameters": ("所用参数", "Parameters used"),
    "parameter": ("参数", "Parameter"),
    "source": ("来源", "Source"),
    "own_source": ("政策原文", "the policy itself"),
    "have_of": ("现为所需的 {0}", "{0} of what is needed"),
    "otherwise_entry": ("其他", "otherwise"),
    "colophon": (
        "由总部（Zongbu）依政策文件计算。用 zongbu verify 可凭评估记录重新核对。",
        "Computed by Zongbu from the policy file. “zongbu verify” checks it again from the JSON record.",
    ),
    "not_official": (
        "结果供参考，以主管部门决定为准。",
        "For information; the competent department decides.",
    ),
}

_TRUTH = {
    "zh": {True: ("✓", "是"), False: ("✗", "否"), None: ("?", "待定")},
    "en": {True: ("✓", "yes"), False: ("✗", "no"), None: ("?", "undetermined")},
}


def word(key: str, lang: str, *values: object) -> str:
    """A phrase in a language, with its blanks filled."""
    return _WORDS[key][lang == "en"].format(*values)


def label(key: str, lang: str) -> str:
    """A phrase as it stands at the head of something: in English with a capital letter."""
    text = word(key, lang)
    return text[:1].upper() + text[1:]


def verdict(value: Any, lang: str) -> tuple[str, str]:
    """Sign and word of a truth value."""
    return VERDICTS[lang][value]


def truth(value: Any, lang: str) -> tuple[str, str]:
    """Sign and word of a truth value where being true is no merit (a case distinction, a thing not allowed)."""
    return _TRUTH[lang][value]
