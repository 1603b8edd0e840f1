"""Words that tables use for "not known", yes and no, as ``text.word_key`` writes them."""

from __future__ import annotations

from typing import Final

UNKNOWN_WORDS: Final = frozenset(
    {
        # Signs people put into a cell they cannot fill.
        *("-", "--", "---", "—", "——", "–", "/", "\\", "*", "?", "??", ".", "…", "……"),
        # 无 is missing on purpose: it means "none" for some facts and "no" for others.
        *(
            "未知",
            "不详",
            "不明",
            "不清楚",
            "待定",
            "待补",
            "待补充",
            "待填",
            "待核",
            "待核实",
            "待查",
            "暂无",
        ),
        *("暂缺", "缺", "缺失", "空", "空白", "未填", "未填写", "未提供"),
        *("无数据", "暂无数据", "无资料", "无信息"),
        # What programs write.
        *("n/a", "na", "#n/a", "nan", "-nan", "-nan(ind)", "nat", "null", "none", "nil", "unknown", "<na>"),
    }
)

TRUE_WORDS: Final = ("是", "有", "true", "1", "y", "yes", "t", "√", "✓", "✔", "☑", "对", "1.0")
FALSE_WORDS: Final = (
    *("否", "无", "没有", "false", "0", "n", "no", "f", "×", "✗", "✘", "✕", "错", "非", "不是", "0.0"),
)
