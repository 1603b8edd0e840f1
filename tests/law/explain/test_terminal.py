"""An assessment in a terminal: everything is there, with and without colour, in any width and language."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.terminal import render, to_text

Assess = Callable[..., Assessment]
Facts = dict[str, Any]


def test_a_whole_assessment_reads_from_top_to_bottom(assess: Assess, small: Facts) -> None:
    small |= {
        "企业名称": "杭州某某科技股份有限公司",
        "星级": 3,
        "在杭有自有办公用房": "否",
        "认定当年实付租金": "123万元",
    }
    text = to_text(assess(small, demonstration=True))
    expected = [
        "杭州某某科技股份有限公司",
        "关于推动杭州总部经济高质量发展的实施意见  杭政办〔2023〕3号 · 施行",
        "基准日 2023年6月30日 · 政策版本 ",
        "总部企业           ? 待定     （三） 总部企业认定标准",
        "规模达标           ✗ 不满足   （三）2 规模要求",
        "！演示参数：",
        "理由",
        "├── ✓ 登记在杭：是",
        "└── ✗ 上年度在杭营业收入 8.20亿元 ≥ 存量营收门槛 10.00亿元，差 1.80亿元",
        "还缺的事实",
        "上市交易所",
        "还差多少",
        "还差 1.80亿元  （三）2",
        "解释口径",
        "现用「合计」",
        "符合基本条件：✓ 满足 → ? 待定",
    ]
    place = 0
    for part in expected:
        assert part in text[place:], part
        place = text.index(part, place)


def test_without_remarks_gaps_or_readings_nothing_is_said_of_them(assess: Assess, large: Facts) -> None:
    text = to_text(assess(large, results=["is_incumbent"]))
    assert "！" not in text
    for heading in ("还缺的事实", "还差多少", "解释口径", "理由中引用的其他规则"):
        assert heading not in text
    assert "（企业名称未填）" in text


def test_undetermined_for_want_of_a_parameter(assess: Assess, large: Facts) -> None:
    assert "星级奖励标准：未公布" in to_text(assess(large))


def test_rules_that_are_referred_to_are_shown_too(assess: Assess, large: Facts) -> None:
    text = to_text(assess(large, results=["is_headquarters"]))
    _, _, rest = text.partition("理由中引用的其他规则")
    assert "✓ 规模达标  （三）2" in rest


@pytest.mark.parametrize("policy", ["hangzhou-2023", "binjiang-draft"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [40, 80, 200])
def test_it_fits_any_width(assess: Assess, small: Facts, policy: str, lang: str, width: int) -> None:
    small["企业名称"] = "杭州" + "很长的名字" * 40 + "Limited-without-any-blank" * 8
    text = to_text(assess(small, policy=policy, demonstration=True), lang, width)
    assert max(map(cell_len, text.splitlines())) <= width
    assert text == re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)


def test_names_are_never_read_as_markup(assess: Assess) -> None:
    text = to_text(assess({"企业名称": "[bold red]某某[/] \\[x] :smile:"}))
    assert "[bold red]某某[/] \\[x] :smile:" in text


def test_colour_adds_nothing_to_the_words(assess: Assess, small: Facts) -> None:
    assessment = assess(small, demonstration=True)
    console = Console(width=100, force_terminal=True, color_system="truecolor", legacy_windows=False)
    with console.capture() as capture:
        console.print(render(assessment))
    coloured = capture.get()
    assert "\x1b[31m" in coloured
    assert "\x1b[32m" in coloured
    assert "\x1b[33m" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert "\n".join(line.rstrip() for line in bare.split("\n")) == to_text(assessment)


def test_english_is_english(assess: Assess, small: Facts) -> None:
    text = to_text(assess({**small, "上市交易所": "未上市", "认定当年实付租金": "1万元"}, demonstration=True), "en")
    for allowed in ("关于推动杭州总部经济高质量发展的实施意见", "杭政办〔2023〕3号", "演示参数"):
        text = text.replace(allowed, "")
    text = re.sub(r"（[一二三四五六七八九十]+）", "", text)
    assert re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text) == []
    for words in ("As-of date 30 June 2023", "? undetermined", "✗ not met", "CNY 180.00 million to go", "Used: "):
        assert words in text
    assert re.search(r"[0-9a-z]\(", text.replace("the larger of(", "").replace("the smaller of(", "")) is None
