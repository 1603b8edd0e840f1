"""The official text: its articles, its figures, and how they attach to a policy file."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.law.errors import InputError
from zongbu.law.formula import parse_literal
from zongbu.law.official import (
    CitedParameter,
    OfficialText,
    attach,
    cited_parameter,
    figures_of,
    find_figure,
    read_digests,
    read_official,
    render_digests,
    split_official,
)
from zongbu.law.official.figures import Figure, show_figure
from zongbu.law.official.numerals import chinese, value_of
from zongbu.law.official.reading import squeeze
from zongbu.law.policy import Parameter, Period

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
HANGZHOU, BINJIANG = "001_8b8097104d2a5ba3.txt", "000_0232d15dac1ff308.txt"


def official(name: str) -> str:
    path = SEEDS / name
    if not path.is_file():
        pytest.skip(f"official text {name} is not here (looked in ../shared/seeds beside the project)")
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def citations(text: str) -> list[str]:
    return [article.citation for article in read_official(text)]


def whole(document: OfficialText) -> str:
    return document.preamble + "".join(article.raw for article in document.articles) + document.trailer


# A made-up document in the manner of a PDF: broken lines, torn numbers, page numbers, a page-break space.
LAKE = """\

— 1 —

湖市人民政府办公室文件

湖政办〔2030〕7号

湖市人民政府办公室关于
支持灯塔企业的意见

各区、县人民政府，市政府各部门：

经市政府同意，提出如下意见。

一、总体要求

（一）目标。到2035年，灯塔企业新增1
00家以上，百亿级灯塔企业突破8家。

二、认定
 （二）标准。
1.规模。2029年 12月 31日前注册的企业，上年度营业收入须超过1

— 2 —
 10亿元；其他企业须超过 12亿元
（含）。按第（一）项确定的目标适用。

2.人员。研发人员不少于两
家机构、5个
工作日以内到岗，占比不低于110%。

（三）建立“市级统筹、区县为主”的灯塔企业服务工作体
系。支持灯塔企业。

本意见自2030年 2 月 1日起施行，有效期
5年。

湖市人民政府办公室

2030年 1月 20日

（此件公开发布）
 抄送：市委各部门。
"""


class TestReading:
    def test_articles_are_cited_as_policy_files_cite_them(self) -> None:
        assert citations(LAKE) == ["一", "（一）", "二", "（二）", "（二）1", "（二）2", "（三）", "施行"]

    def test_nothing_is_lost(self) -> None:
        document = split_official(LAKE)
        assert whole(document) == LAKE
        assert document.preamble.endswith("提出如下意见。\n\n")
        assert document.trailer.startswith("湖市人民政府办公室\n\n2030年 1月 20日")

    def test_titles(self) -> None:
        assert [article.title for article in read_official(LAKE)] == [
            "总体要求",
            "目标",
            "认定",
            "标准",
            "规模",
            "人员",
            "建立“市级统筹、区县为主”的灯塔企业服务工作体系",
            "",
        ]

    def test_text_is_free_of_breaks_torn_numbers_and_page_numbers(self) -> None:
        scale = read_official(LAKE)[4]
        assert scale.text == (
            "1.规模。2029年12月31日前注册的企业，上年度营业收入须超过110亿元；"
            "其他企业须超过12亿元（含）。按第（一）项确定的目标适用。"
        )
        lines = LAKE.split("\n")
        assert lines[scale.first_line - 1].startswith("1.规模")
        assert lines[scale.last_line - 1].startswith("（含）")

    def test_document_number(self) -> None:
        assert split_official(LAKE).document_number == "湖政办〔2030〕7号"
        assert split_official("（一）甲。\n").document_number == ""

    def test_digest_changes_with_the_wording_not_with_the_layout(self) -> None:
        before, relaid = read_official("（一）甲乙 丙。\n"), read_official("\n （一）甲\n乙丙。\n\n")
        changed = read_official("（一）甲乙丁。\n")
        assert before[0].digest == relaid[0].digest != changed[0].digest

    def test_articles_know_what_they_lie_in(self) -> None:
        assert {article.citation: article.above for article in read_official(LAKE)} | {} == {
            "一": (),
            "（一）": ("一",),
            "二": (),
            "（二）": ("二",),
            "（二）1": ("二", "（二）"),
            "（二）2": ("二", "（二）"),
            "（三）": ("二",),
            "施行": (),
        }

    def test_chapters_of_the_formal_kind_and_their_items(self) -> None:
        text = """\
[bookmark: _GoBack]（征求意见稿）
[bookmark: _Toc1][bookmark: _Toc2]第一章  总体目标
以发展为指导，建立体系。
第二章  政策
[bookmark: _Hlk1]（一）招引。高标准推动。
第三章  附则
1、本意见所称企业是指未列入名单的企业。
[bookmark: _Toc3]2、本办法由区发改局牵头实施。
本意见自2024年**月**日起施行，有效期**年。
"""
        articles = read_official(text)
        expected = ["第一章", "第二章", "（一）", "第三章", "第三章1", "第三章2", "施行"]
        assert [article.citation for article in articles] == expected
        assert [article.title for article in articles] == ["总体目标", "政策", "招引", "附则", "", "", ""]
        assert articles[0].text == "第一章总体目标以发展为指导，建立体系。"
        assert whole(split_official(text)) == text

    def test_half_width_parentheses_and_full_width_points(self) -> None:
        assert citations("一、甲\n(一)乙。\n1．丙。\n2．丁。\n(二)戊。\n") == [
            "一",
            "（一）",
            "（一）1",
            "（一）2",
            "（二）",
        ]

    def test_windows_line_ends_keep_their_place(self) -> None:
        text = LAKE.replace("\n", "\r\n")
        assert whole(split_official(text)) == text
        assert [a.first_line for a in read_official(text)] == [a.first_line for a in read_official(LAKE)]
        assert [a.digest for a in read_official(text)] == [a.digest for a in read_official(LAKE)]

    def test_numbering_that_starts_again_in_each_chapter(self) -> None:
        text = "一、甲\n（一）乙。\n（二）丙。\n二、丁\n（一）戊。\n1.己。\n"
        assert citations(text) == ["一", "一（一）", "一（二）", "二", "二（一）", "二（一）1"]

    def test_closing_paragraph_that_names_the_office_first(self) -> None:
        text = "（一）甲。\n本办法由市发改委负责解释，自2030年\n1月1日起施行。\n"
        assert citations(text) == ["（一）", "施行"]

    def test_numbered_closing_article_stays_an_article(self) -> None:
        assert citations("（一）甲。\n（二）本意见自2030年1月1日起施行。\n") == ["（一）", "（二）"]

    def test_signature_without_closing_paragraph(self) -> None:
        document = split_official("（一）甲。\n湖市发改委\n湖市财政局\n二〇三〇年一月二十日\n")
        assert document.trailer == "湖市发改委\n湖市财政局\n二〇三〇年一月二十日\n"
        assert document.articles[0].text == "（一）甲。"

    def test_text_without_any_number_is_refused(self) -> None:
        with pytest.raises(InputError, match="找不到任何条款编号"):
            read_official("关于召开会议的通知\n请准时参加。\n")


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("a reference", "（一）甲。\n（二）乙。支持政策第\n（三）项由区承担。\n", ["（一）", "（二）"]),
        ("a reference after a stop", "（一）甲。\n（二）乙。\n（三）项由区承担。\n", ["（一）", "（二）"]),
        ("an earlier number", "（一）甲。\n（二）乙。\n（一）至（二）适用。\n", ["（一）", "（二）"]),
        ("a broken decimal", "（一）甲。营收超过\n1.5亿元的企业。\n", ["（一）"]),
        ("a decimal after a stop", "（一）甲。\n1.5亿元以上的企业适用。\n", ["（一）"]),
        ("a list in a sentence", "（一）甲。包括\n1.乙，2.丙。\n", ["（一）"]),
        ("a list after a colon", "（一）甲。包括：\n1.乙；2.丙；\n3.丁。\n", ["（一）"]),
        (
            "a second list in an item",
            "（一）甲。\n1.乙。\n2.丙：\n1.丁。\n",
            ["（一）", "（一）1", "（一）2"],
        ),
        ("ordinals", "（一）发展第\n一、二、三产业。\n", ["（一）"]),
        ("an enumeration at the margin", "一、甲\n（一）乙。\n二、三产业并进。\n", ["一", "（一）", "二"]),
        (
            "a mention of a chapter",
            "第一章 甲\n（一）申报灯塔企业的单位应当符合本意见\n第二章规定。\n",
            ["第一章", "（一）"],
        ),
        ("sections of another kind", "第一章 甲\n一、乙。\n第二章 丙\n", ["第一章", "第二章"]),
        ("a page number", "（一）甲。\n— 2 —\n（二）乙。\n", ["（一）", "（二）"]),
    ],
)
def test_not_every_number_at_a_margin_is_a_heading(what: str, text: str, expected: list[str]) -> None:
    assert citations(text) == expected, what


@pytest.mark.parametrize(
    ("what", "text", "expected"),
    [
        ("items after a colon", "（一）符合：\n1.甲；\n2.乙。\n", ["（一）", "（一）1", "（一）2"]),
        ("an item that begins with a year", "（一）甲。\n1.2022年以后注册的企业。\n", ["（一）", "（一）1"]),
        ("a title broken over two lines", "一、关于支持\n灯塔企业\n（一）甲。\n", ["一", "（一）"]),
        ("a gap in the document itself", "（一）甲。\n（三）乙。\n", ["（一）", "（三）"]),
        ("an article that ends in a quotation", "（一）称为“甲。”\n（二）乙。\n", ["（一）", "（二）"]),
        ("a title that begins with 项目", "（一）甲。\n（二）项目。\n", ["（一）", "（二）"]),
    ],
)
def test_headings_that_look_odd_are_headings(what: str, text: str, expected: list[str]) -> None:
    assert citations(text) == expected, what


def relay(document: OfficialText, width: int, seed: int) -> str:
    """The same document with other line breaks, stray spaces and page numbers."""
    dice = random.Random(seed)
    parts = [document.preamble]
    for article in document.articles:
        for start in range(0, len(article.text), width):
            line = article.text[start : start + width]
            parts.append(dice.choice(["", " "]) + line + "\n" + dice.choice(["", "\n", "\n— 3 —\n"]))
    return "".join([*parts, document.trailer])


@settings(max_examples=60, deadline=None)
@given(width=st.integers(16, 60), seed=st.integers(0, 99))
def test_layout_does_not_matter(width: int, seed: int) -> None:
    document = split_official(LAKE)
    again = split_official(relay(document, width, seed))
    assert [(a.citation, a.digest) for a in again.articles] == [(a.citation, a.digest) for a in document.articles]


PIECES = [
    "一、",
    "二、",
    "（一）",
    "（二）",
    "1.",
    "2、",
    "甲",
    "乙。",
    "：",
    "\n",
    "\n",
    " ",
    "第一章",
    "— 1 —",
    "\r\n",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from([*PIECES, "本意见自2030年1月1日起施行。", "2030年1月1日"]), max_size=40).map("".join))
def test_no_character_is_ever_lost(text: str) -> None:
    try:
        document = split_official(text)
    except InputError:
        return
    assert whole(document) == text
    known = [article.citation for article in document.articles]
    assert len(known) == len(set(known))
    for article in document.articles:
        assert article.text.startswith(article.mark)
        assert article.first_line <= article.last_line


def test_numerals() -> None:
    written = {
        1: "一",
        10: "十",
        12: "十二",
        20: "二十",
        105: "一百零五",
        110: "一百一十",
        5000: "五千",
        1001: "一千零一",
    }
    assert {number: chinese(number) for number in written} == written
    assert [value_of(numeral) for numeral in ("二十二", "一百〇五", "十十")] == [22, 105, None]


class TestFigures:
    @pytest.mark.parametrize(
        ("figure", "text"),
        [
            ("10亿元", "须超过10亿元（含）"),
            ("10亿元", "须超过10亿"),
            ("10亿元", "须超过10.00亿元"),
            ("10亿元", "须超过100,000万元"),
            ("10亿元", "十亿级企业"),
            ("100亿元", "百亿级企业突破60家"),
            ("100亿元", "一百亿元"),
            ("1000亿元", "千亿级企业"),
            ("5000万元", "不低于5000万元"),
            ("5000万元", "不低于0.5亿元"),
            ("5000万元", "不低于５０００万元"),
            ("5000万元", "五千万元"),
            ("1.2亿元", "1.20亿元"),
            ("3.5元", "每度3.5元"),
            ("50%", "控股50%以上"),
            ("50%", "控股50％"),
            ("20%", "百分之二十的补助"),
            ("2%", "提高2个百分点"),
            ("2家", "2家及以上分公司"),
            ("2家", "两家以上"),
            ("12家", "十二家"),
            ("100家", "新增100家以上"),
            ("5个工作日", "5个工作日内"),
            ("5个工作日", "五个工作日"),
            ("2年", "之日起2年内"),
            ("2年", "两年内"),
            ("2025年", "到2025年，"),
            ("3人", "3名高管"),
            ("7天", "公示7日"),
            ("2021-12-31", "2021年12月31日（含）"),
            ("2021-12-31", "二〇二一年十二月三十一日"),
            ("2023-02-01", "2023年02月01日"),
            (date(2023, 2, 1), "2023.2.1"),
            ("3", "分为3类"),
            (3, "三类企业"),
            (Decimal(3), "共3项"),
            ((Decimal("1000000000"), "元"), "10亿元"),
            ((Decimal("0.5"), "比例"), "50%"),
            ((2, "家"), "2家"),
            ((3, "星"), "“三星级”及以上"),
            ("「上海证券交易所」", "在上海证券交易所、深圳证券交易所上市"),
        ],
    )
    def test_spellings(self, figure: Figure, text: str) -> None:
        assert find_figure(figure, text) is not None

    @pytest.mark.parametrize(
        ("figure", "text"),
        [
            ("10亿元", "110亿元"),
            ("10亿元", "10亿美元"),
            ("10亿元", "1,010亿元"),
            ("10亿元", "2.10亿元"),
            ("10亿元", "10.5亿元"),
            ("10亿元", "三十亿级"),
            ("100亿元", "数百亿级"),
            ("5000万元", "15000万元"),
            ("10%", "110%"),
            ("10%", "0.10%"),
            ("20%", "百分之二十五"),
            ("2家", "12家"),
            ("2家", "十二家"),
            ("10家", "110家"),
            ("10家", "二十家"),
            ("2年", "2022年"),
            ("2年", "第二年"),
            ("2年", "第2年"),
            ("5个工作日", "15个工作日"),
            ("2021-12-31", "2021年12月3日"),
            ("2021-12-03", "2021年12月31日"),
            ("2023-02-01", "2023年12月1日"),
            ("3", "2023年3月13日"),
            ("3", "“三服务”活动"),
            ("3", "3.5亿元"),
            ("3", "30%"),
            ("3", "“三星级”及以上"),
            ("「上海证券交易所」", "北京证券交易所"),
        ],
    )
    def test_a_longer_figure_is_another_figure(self, figure: Figure, text: str) -> None:
        assert find_figure(figure, text) is None

    @pytest.mark.parametrize("context", ["星级门槛", "奖励起点 rating_threshold", "star"])
    def test_a_plain_number_is_a_star_where_the_parameter_speaks_of_stars(self, context: str) -> None:
        assert find_figure("3", "30家“三星级”企业，3类", context) == (4, 7)

    def test_figures_of_values(self) -> None:
        assert figures_of(None) == figures_of(True) == figures_of({66, 67}) == ()
        assert figures_of(Decimal("0.2"), "比例") == ((Decimal("0.2"), "比例"),)
        table = {3: Decimal(1000000), 4: Decimal(3000000), 5: None, None: Decimal(0)}
        assert [show_figure(figure) for figure in figures_of(table, "元")] == ["100万元", "300万元"]
        assert [show_figure(figure) for figure in figures_of(Decimal("0.5"), "比例")] == ["50%"]


def parameter_of(literal: str, *notes: str) -> Parameter:
    value, type_, width = parse_literal(literal)
    periods = tuple(Period(None, None, value, note) for note in notes or ("",))
    return Parameter("parameter", "参数", type_, width, periods, "（一）", 1)


class TestParametersOfAPolicy:
    @pytest.mark.parametrize(
        ("literal", "shown"),
        [
            ("10亿元", ["10亿元"]),
            ("50%", ["50%"]),
            ("2家", ["2家"]),
            ("3", ["3"]),
            ("5个工作日", ["5个工作日"]),
            ("2021-12-31", ["2021-12-31"]),
            ("{3: 100万元, 4: 300万元, 其他: 0元}", ["100万元", "300万元"]),
            ("{「省属」, 「市属」}", ["「省属」", "「市属」"]),
            ("{66, 67}", []),
            ("是", []),
        ],
    )
    def test_figures_to_look_for(self, literal: str, shown: list[str]) -> None:
        assert [show_figure(figure) for figure in cited_parameter(parameter_of(literal)).figures] == shown

    def test_notes_of_all_periods_are_kept_once(self) -> None:
        cited = cited_parameter(parameter_of("10亿元", "甲", "乙", "甲"))
        assert (cited.clause, cited.note, len(cited.figures)) == ("（一）", "甲；乙", 1)

    def test_unpublished(self) -> None:
        unpublished = dataclasses.replace(parameter_of("1元"), periods=(Period(None, None, None, "未公布"),))
        assert cited_parameter(unpublished).figures == ()


@dataclass
class Clause:
    citation: str
    title: str = ""


def place_of(figure: Figure, clause: str, title: str = "参数", text: str = LAKE) -> tuple[str, str, int | None]:
    parameter = CitedParameter("parameter", title, clause, (figure,), "见说明")
    (place,) = attach([], [parameter], read_official(text)).places
    return place.status, place.citation, place.line


def line_of(part: str) -> int:
    return next(number for number, line in enumerate(LAKE.split("\n"), 1) if part in line)


class TestAttachment:
    def clauses(self, names: Iterable[str]) -> list[Clause]:
        return [Clause(name) for name in names]

    def test_clauses_find_their_articles(self) -> None:
        articles = read_official(LAKE)
        complete = attach(self.clauses(citations(LAKE)), [], articles)
        assert complete.without_gap
        assert [match.article for match in complete.matched] == list(articles)
        partial = attach(self.clauses(["一", "（一）", "（四）"]), [], articles)
        assert partial.clauses_without_article == ("（四）",)
        assert partial.articles_without_clause == ("二", "（二）", "（二）1", "（二）2", "（三）", "施行")
        assert not partial.without_gap

    def test_figures_stand_on_lines_of_the_file(self) -> None:
        assert place_of("2029-12-31", "（二）1") == ("found", "（二）1", line_of("2029年"))
        assert place_of("12亿元", "（二）1") == ("found", "（二）1", line_of("12亿元"))
        # numbers that the page break or the margin tore apart begin on the line of their first digit
        assert place_of("110亿元", "（二）1") == ("found", "（二）1", line_of("须超过1"))
        assert place_of("100家", "（一）") == ("found", "（一）", line_of("新增1"))
        assert place_of("5个工作日", "（二）2") == ("found", "（二）2", line_of("家机构"))
        assert place_of("2030-02-01", "施行") == ("found", "施行", line_of("起施行"))
        assert place_of("100亿元", "（一）") == ("found", "（一）", line_of("百亿级"))

    def test_figures_are_looked_for_below_the_clause_too(self) -> None:
        assert place_of("12亿元", "（二）") == ("found", "（二）1", line_of("12亿元"))
        assert place_of("12亿元", "二")[0] == "found"

    def test_a_figure_in_another_article_is_said_to_be_elsewhere(self) -> None:
        assert place_of("12亿元", "（三）") == ("elsewhere", "（二）1", line_of("12亿元"))
        assert place_of("8", "（三）")[0] == "missing"  # a bare number proves nothing elsewhere

    def test_a_missing_figure_carries_its_note(self) -> None:
        parameter = CitedParameter("fee", "费用", "（二）1", ("10亿元", "10%"), "见实施细则")
        missing = attach([], [parameter], read_official(LAKE)).places
        assert [(place.figure, place.status, place.note) for place in missing] == [
            ("10亿元", "missing", "见实施细则"),
            ("10%", "missing", "见实施细则"),
        ]

    def test_unpublished_values_and_sets_of_codes_are_not_searched(self) -> None:
        parameters = [
            CitedParameter("ratio", "比例", "（一）", (), "未公布"),
            CitedParameter("codes", "排除行业", "（一）", ("{66, 67}",), "GB/T 4754-2017"),
        ]
        places = attach([], parameters, read_official(LAKE)).places_with("unsearched")
        assert [place.note for place in places] == ["未公布", "GB/T 4754-2017"]

    def test_the_number_of_an_item_is_no_figure(self) -> None:
        text = "（一）甲。\n1.2022年起须有2家分公司。\n2.乙。\n"
        assert place_of("1", "（一）1", text=text)[0] == "missing"
        assert place_of("2家", "（一）1", text=text) == ("found", "（一）1", 2)

    def test_excerpts_are_short(self) -> None:
        parameter = CitedParameter("floor", "门槛", "（二）1", ("12亿元", "2029-12-31"))
        first, second = attach([], [parameter], read_official(LAKE)).places
        assert "12亿元" in first.excerpt
        assert "2029年12月31日" in second.excerpt
        assert max(len(first.excerpt), len(second.excerpt)) <= 20

    def test_changed_wording_needs_review(self) -> None:
        articles = read_official(LAKE)
        recorded = {article.citation: article.digest for article in articles}
        clauses = self.clauses(citations(LAKE))
        assert attach(clauses, [], articles, recorded).needs_review == ()
        assert attach(clauses, [], articles, {}).needs_review == ()
        amended = read_official(LAKE.replace("突破8家", "突破9家"))
        assert attach(clauses, [], amended, recorded).needs_review == ("（一）",)
        del recorded["（三）"]
        assert attach(clauses, [], articles, recorded).needs_review == ("（三）",)


class TestDigests:
    def test_round_trip(self) -> None:
        articles = read_official(LAKE)
        text = render_digests("湖政办〔2030〕7号", articles)
        recorded = read_digests(text)
        assert recorded.document_number == "湖政办〔2030〕7号"
        assert recorded.digests == {article.citation: article.digest for article in articles}
        assert "灯塔" not in text  # digests only, never a sentence

    def test_draft_without_number(self) -> None:
        assert read_digests(render_digests("", read_official(LAKE))).document_number == ""

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "缺少「摘要」"),
            ("来源文号: 湖政办\n", "缺少「摘要」"),
            ("摘要:\n  一: abc\n", "「一」的摘要不是"),
            ("摘要: [\n", "不是合格的 YAML"),
        ],
    )
    def test_broken_files_say_what_to_do(self, text: str, message: str) -> None:
        with pytest.raises(InputError, match=message) as error:
            read_digests(text)
        assert "--accept" in str(error.value)


class TestRealTexts:
    HANGZHOU_CITATIONS = (
        *("一", "（一）", "（二）", "（二）1", "（二）2"),
        *("二", "（三）", "（三）1", "（三）2", "（三）3", "（三）4", "（四）", "（五）"),
        *("三", *(f"（{chinese(number)}）" for number in range(6, 17))),
        *("四", *(f"（{chinese(number)}）" for number in range(17, 23))),
        "施行",
    )
    BINJIANG_CITATIONS = (
        *("第一章", "第二章"),
        *("第三章", *(f"（{chinese(number)}）" for number in range(1, 10))),
        *("第四章", "第四章1", "第四章2", "第四章3"),
        "施行",
    )

    @pytest.mark.parametrize(
        ("name", "expected", "number"),
        [(HANGZHOU, HANGZHOU_CITATIONS, "杭政办〔2023〕3号"), (BINJIANG, BINJIANG_CITATIONS, "")],
    )
    def test_split(self, name: str, expected: tuple[str, ...], number: str) -> None:
        text = official(name)
        document = split_official(text)
        assert tuple(article.citation for article in document.articles) == expected
        assert document.document_number == number
        assert whole(document) == text

    @pytest.mark.parametrize("name", [HANGZHOU, BINJIANG])
    def test_layout_does_not_matter(self, name: str) -> None:
        document = split_official(official(name))
        expected = [(article.citation, article.digest) for article in document.articles]
        for width in range(16, 60, 4):
            again = read_official(relay(document, width, seed=width))
            assert [(article.citation, article.digest) for article in again] == expected, width

    def test_closing_and_trailer(self) -> None:
        hangzhou, binjiang = split_official(official(HANGZHOU)), split_official(official(BINJIANG))
        assert (hangzhou.articles[-1].first_line, hangzhou.articles[-1].last_line) == (318, 320)
        assert squeeze(hangzhou.trailer)[0].endswith("印发")
        assert binjiang.articles[-1].first_line == 23
        assert binjiang.trailer == ""

    @pytest.mark.parametrize(
        ("clause", "figure", "line"),
        [
            ("（一）", "100家", 44),
            ("（一）", "60家", 46),
            ("（一）", "10家", 46),
            ("（三）1", "2家", 77),
            ("（三）1", "50%", 77),
            ("（三）2", "2021-12-31", 85),
            ("（三）2", "10亿元", 87),
            ("（三）2", "5亿元", 91),
            ("（三）3", "5000万元", 99),
            ("（三）3", "10%", 99),
            ("（十五）", "5个工作日", 244),
            ("（二十）", "20%", 290),
            ("（二十二）", "2年", 312),
            ("施行", "2023-02-20", 318),
            ("施行", "2028-02-20", 318),
        ],
    )
    def test_every_published_figure_of_hangzhou_is_found(self, clause: str, figure: str, line: int) -> None:
        assert place_of(figure, clause, text=official(HANGZHOU)) == ("found", clause, line)

    def test_the_star_threshold_is_found(self) -> None:
        assert place_of("3", "（六）", "星级门槛", official(HANGZHOU))[:2] == ("found", "（六）")
        assert place_of("3", "（七）", "星级门槛", official(HANGZHOU))[:2] == ("found", "（七）")
        assert place_of("3", "（二）", "星级门槛", official(BINJIANG))[:2] == ("found", "（二）")
