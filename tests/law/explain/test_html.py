"""The HTML page: well-formed, safe, self-contained, readable by everybody."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.html import page
from zongbu.law.explain.style import STYLE

Assess = Callable[..., Assessment]
Facts = dict[str, Any]

VOID = {"meta", "br", "hr", "img", "link", "input", "rect"}
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)> \"'&<b>"


class Page(HTMLParser):
    """The elements of a page with their attributes; raises on a tag that does not fit."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len({name for name, _ in attrs}) == len(attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        return "".join(self.words)


@pytest.mark.parametrize("policy", ["hangzhou-2023", "binjiang-draft"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("known", ["nothing", "small", "large"])
def test_the_page_is_well_formed_and_needs_nothing_else(
    assess: Assess, policy: str, lang: str, known: str, request: pytest.FixtureRequest
) -> None:
    facts = request.getfixturevalue(known)
    text = page(assess(facts, policy=policy, demonstration=True), lang)
    parsed = Page(text)
    assert parsed.all("html") == [{"lang": "zh-CN" if lang == "zh" else "en"}]
    tags = {tag for tag, _ in parsed.elements}
    assert not tags & {"script", "link", "img", "iframe", "object", "form", "input"}
    assert not any({"src", "style", "onclick"} & set(attributes) for _, attributes in parsed.elements)
    assert not re.search(r"https?:|url\(|@import", text)
    identifiers = [attributes["id"] for _, attributes in parsed.elements if "id" in attributes]
    assert len(identifiers) == len(set(identifiers))
    assert {link["href"] for link in parsed.all("a")} <= {f"#{identifier}" for identifier in identifiers}
    assert [name for name, attributes in parsed.elements if name == "h1"] == ["h1"]


def test_names_are_text(assess: Assess, small: Facts) -> None:
    text = page(assess({**small, "企业名称": HOSTILE}))
    parsed = Page(text)
    assert "script" not in {tag for tag, _ in parsed.elements}
    assert "img" not in {tag for tag, _ in parsed.elements}
    assert HOSTILE in parsed.text
    assert "default-src 'none'" in text


def test_everything_is_told(assess: Assess, small: Facts) -> None:
    text = Page(page(assess({**small, "企业名称": "杭州某某公司"}, demonstration=True))).text
    for words in (
        "杭州某某公司",
        "关于推动杭州总部经济高质量发展的实施意见",
        "演示参数：",
        "✗ 不满足",
        "? 待定",
        "（三）2",
        "上年度在杭营业收入 8.20亿元 ≥ 存量营收门槛 10.00亿元，差 1.80亿元",
        "还差 1.80亿元",
        "只有这些事实还会改变待定的结果",
        "由主管部门认定",
        "换用「仅子公司」",
        "演示参数：非官方数值，仅用于演示",
        "政策原文",
        "在杭登记日",
    ):
        assert words in text, words


def test_trees_are_open_along_the_branch_that_decides(assess: Assess, small: Facts) -> None:
    text = page(assess(small, results=["is_rnd_headquarters"]))
    article = text[text.index('<article id="r-is_rnd_headquarters"') :]
    article = article[: article.index("</article>")]
    assert re.search(r"<details open><summary>(?:(?!</summary>).)*研发占比达标", article)
    assert re.search(r"<details><summary>(?:(?!</summary>).)*研发费用达标", article)


def test_signs_have_their_word_for_those_who_do_not_see_them(assess: Assess, small: Facts) -> None:
    text = page(assess(small))
    signs = re.findall(r'<b class="(?:met|not_met|undetermined|plain)" aria-hidden="true">(.)</b>(.{0,30})', text)
    assert len(signs) > 20
    for sign, following in signs:
        assert sign == "·" or re.match(r'<span class="spoken">(满足|不满足|待定|是|否) ', following), (sign, following)


def test_tables_keep_their_meaning_on_a_phone(assess: Assess, small: Facts) -> None:
    parsed = Page(page(assess(small, demonstration=True)))
    assert all(cell.get("scope") in ("col", "row") for cell in parsed.all("th"))
    assert all(cell.get("data-title") for cell in parsed.all("td"))
    assert {table.get("role") for table in parsed.all("table")} == {"table"}


def test_a_distance_is_a_bar_with_words(assess: Assess, small: Facts) -> None:
    parsed = Page(page(assess(small)))
    bars = parsed.all("svg")
    assert [bar["aria-label"] for bar in bars] == ["现为所需的 82.0%", "现为所需的 73.2%"]


def test_english_is_english(assess: Assess, small: Facts) -> None:
    text = Page(page(assess({**small, "上市交易所": "未上市"}), "en")).text
    for allowed in ("关于推动杭州总部经济高质量发展的实施意见", "杭政办〔2023〕3号"):
        text = text.replace(allowed, "")
    text = re.sub(r"（[一二三四五六七八九十]+）", "", text)
    assert re.findall(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+", text) == []


# --- contrast --------------------------------------------------------------------------------------------


def colours() -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", STYLE))


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast() -> None:
    known = colours()
    papers = ("paper", "sheet")
    inks = ("ink", "quiet", "link", "met", "not-met", "undetermined")
    pairs = [*itertools.product(inks, papers), *((ink, f"{ink}-paper") for ink in inks[3:])]
    pairs += [("link", "undetermined-paper"), ("quiet", "undetermined-paper"), ("ink", "undetermined-paper")]
    assert {
        pair: contrast(known[pair[0]], known[pair[1]]) for pair in pairs if contrast(*map(known.get, pair)) < 4.5
    } == {}  # type: ignore[arg-type]
    assert contrast("#5c3800", known["undetermined-paper"]) >= 4.5


def test_the_style_names_no_colour_twice() -> None:
    used = set(re.findall(r"#[0-9a-f]{6}", STYLE))
    assert used == {*colours().values(), "#e0b95c", "#5c3800", "#dfe4ea", "#33689f"}
