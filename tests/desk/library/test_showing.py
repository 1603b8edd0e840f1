"""Policies in words: formulas, trees, values, usage, search, comparison, official text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.utils import translation
from django.utils.html import strip_tags

from zongbu.desk.kernel.flow import Refused
from zongbu.desk.library import actions
from zongbu.desk.library.policies import policies, policy
from zongbu.desk.library.showing import comparison, status, values
from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.showing.search import highlight, search, terms
from zongbu.desk.library.showing.usage import usage
from zongbu.desk.library.showing.wording import Wording
from zongbu.law.nodes import FactRef, walk

DAY = date(2024, 6, 1)


def plain(text: str) -> str:
    return unescape(strip_tags(text))


def formula(identifier: str, lang: str = "zh") -> str:
    known = policy("hangzhou-2023")
    return plain(Wording(known, lang).formula(known.rules[identifier].node))


def test_formulas_read_as_the_policy_file_writes_them():
    assert formula("is_headquarters") == "符合基本条件 且 (规模达标 或 研发型总部 或 上市企业总部)"
    assert formula("meets_rnd_ratio") == "上年度在杭研发费用 ÷ 上年度在杭营业收入 ≥ 研发占比门槛"
    assert formula("may_apply") == "非 禁申期内"
    assert formula("state_ownership_excluded") == "国有属性 属于 排除国有属性"
    assert formula("partly_let_needs_review") == "自用面积比例 < 100%"
    assert formula("standard_already_awarded").startswith(
        "如果(已奖励最高星级 ≥ 评定门槛，星级奖励标准[已奖励最高星级]，"
    )


def test_formulas_in_english():
    assert formula("is_headquarters", "en").startswith("Meets the basic conditions and (")
    assert "且" not in formula("meets_basic_conditions", "en")


def test_every_formula_of_every_policy_can_be_written_both_ways():
    for known in policies():
        for lang in ("zh", "en"):
            wording = Wording(known, lang, lambda identifier: "1")
            for rule in known.rules.values():
                assert plain(wording.formula(rule.node)).strip()
                assert plain(wording.tree(rule.node)).strip()


def test_names_are_links():
    known = policy("hangzhou-2023")
    text = Wording(known, "zh").formula(known.rules["meets_scale"].node)
    assert 'href="/policies/facts/in_city_revenue/"' in text
    assert 'href="/policies/hangzhou-2023/parameters/incumbent_revenue_floor/"' in text
    assert 'href="/policies/hangzhou-2023/rules/is_incumbent/"' in text
    district = policy("binjiang-draft")
    foreign = Wording(district, "zh").formula(district.rules["city_stars_qualify"].node)
    assert 'href="/policies/hangzhou-2023/rules/is_headquarters/"' in foreign


def test_titles_cannot_break_out_of_the_page():
    assert "&lt;b&gt;" in highlight("<b>研发</b>", ["研发"])
    assert "<mark>研发</mark>" in highlight("<b>研发</b>", ["研发"])


@pytest.mark.django_db
def test_a_tree_unfolds_steps_and_shows_figures():
    reader = Reader(policy("hangzhou-2023"), "zh", DAY)
    tree = plain(reader.rule(reader.policy.rules["meets_basic_conditions"]).tree)
    for words in ("以下各项都要满足", "分支机构达标", "市外分公司数", "2家", "不得"):
        assert words in tree


def test_values():
    known = policy("hangzhou-2023").parameters
    assert values.shown(known["incumbent_revenue_floor"], Decimal("1E9"), "zh").text == "10.00亿元"
    assert not values.shown(known["star_award_amount"], None, "zh").published
    table = values.shown(known["star_award_amount"], {Decimal(3): Decimal("1E6"), None: Decimal(0)}, "zh")
    assert table.rows == (("3", "100.00万元"), ("其他", "0.00元"))
    assert values.shown(known["control_share"], Decimal("0.5"), "zh").text == "50%"
    assert values.shown(known["incumbent_cutoff"], date(2021, 12, 31), "en").text == "31 December 2021"
    assert (
        "上海证券交易所"
        in values.shown(known["recognised_exchanges"], known["recognised_exchanges"].periods[0].value, "zh").text
    )


def test_usage_leads_from_a_fact_to_measures():
    found = usage(policy("hangzhou-2023")).of("fact", "in_city_revenue")
    assert "meets_scale" in found.direct
    assert "is_headquarters" in found.results
    assert "rent_subsidy" in found.measures
    floor = usage(policy("hangzhou-2023")).of("parameter", "incumbent_revenue_floor")
    assert floor.direct == ("meets_scale",)
    assert "rent_subsidy" in floor.measures
    assert usage(policy("binjiang-draft")).of("fact", "in_city_revenue").measures == ("matching_fund",)


def test_the_facts_of_a_rule_are_those_of_its_whole_tree():
    known = policy("hangzhou-2023")
    direct = {node.identifier for node in walk(known.rules["meets_scale"].node) if isinstance(node, FactRef)}
    found = set(usage(known).facts("meets_scale"))
    assert direct < found
    assert "city_entry_date" in found or len(found) == len(direct) + 1


# --- search ------------------------------------------------------------------------------------------------


def test_terms_are_pairs_of_characters_and_words():
    assert terms("研发费用 rent") == {"研发", "发费", "费用", "rent"}
    assert terms("税") == {"税"}


@pytest.mark.parametrize(
    ("query", "kind", "identifier"),
    [
        ("研发费用门槛", "parameter", "rnd_expense_floor"),
        ("租房补助", "measure", "rent_subsidy"),
        ("上年度在杭营业收入", "fact", "in_city_revenue"),
        ("规模要求", "clause", "（三）2"),
        ("分支机构口径", "reading", "branch_reading"),
        ("总部企业", "rule", "is_headquarters"),
        ("rent subsidy", "measure", "rent_subsidy"),
        ("公示天数", "parameter", "public_notice_days"),
    ],
)
def test_what_is_named_is_found_first(query, kind, identifier):
    first = [(hit.document.kind, hit.document.identifier) for hit in search(query, "zh")[:3]]
    assert (kind, identifier) in first


def test_a_single_character_and_full_width_letters_are_found():
    assert search("税", "zh")
    assert [hit.document for hit in search("ＡＰＥＣ", "en")] == [hit.document for hit in search("apec", "en")]


def test_nonsense_finds_nothing():
    assert search("龘龘龘", "zh") == []
    assert search("   ", "zh") == []
    assert search("%_'\"<script>", "zh") == []


def test_search_can_be_limited():
    assert {hit.document.policy for hit in search("总部", "zh", policy="binjiang-draft")} <= {"binjiang-draft", ""}
    assert {hit.document.kind for hit in search("总部", "zh", kind="measure")} == {"measure"}


# --- comparison --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_city_and_district_are_matched_by_what_they_speak_of():
    found = comparison.compare(*(Reader(policy(name), "zh", DAY) for name in ("hangzhou-2023", "binjiang-draft")))
    assert not found.versions
    pairs = {pair.left.citation: pair.right.citation for pair in found.pairs if pair.left and pair.right}
    assert pairs["（十）"] == "（四）"  # talent
    assert pairs["（十一）"] == "（五）"  # finance
    assert pairs["（八）"] == "（六）"  # innovation
    assert ("总部企业", "/policies/hangzhou-2023/rules/is_headquarters/") in found.built_on
    assert "独立法人" in found.facts_of_both


@pytest.mark.django_db
def test_versions_are_matched_by_citation_and_their_differences_marked(later_version):
    found = comparison.compare(*(Reader(policy(name), "zh", DAY) for name in ("hangzhou-2023", later_version)))
    assert found.versions
    changed = {pair.left.citation for pair in found.pairs if pair.change == "changed" and pair.left}
    assert changed == {"（三）2", "（四）"}
    procedure = next(pair for pair in found.pairs if pair.left and pair.left.citation == "（四）")
    assert "<del>一</del>" in procedure.left.text
    assert "<ins>两</ins>" in procedure.right.text
    assert [one.title for one in found.figures if one.change == "changed"] == ["存量营收门槛"]


# --- status and official text ------------------------------------------------------------------------------


def test_status():
    city, district = policy("hangzhou-2023"), policy("binjiang-draft")
    assert status.status_of(city, date(2023, 2, 19)) == "ahead"
    assert status.status_of(city, date(2023, 2, 20)) == "superseded"
    assert status.status_of(city, date(2028, 2, 21)) == "expired"
    assert status.status_of(district, DAY) == "draft"
    titles = [banner.title for banner in status.banners(city, DAY, "zh", ["公示天数"])]
    assert titles == ["已有接续文件：杭政办〔2024〕1号", "演示参数"]


OFFICIAL = """关于推动总部经济高质量发展的实施意见
杭政办〔2023〕3号

一、明确总体要求
（一）总体目标。到那时新增总部企业100家。
（二）发展原则。坚持两条。
二、开展总部企业认定
（三）总部企业认定标准。
1.基本条件。分支机构2家及以上。
2.规模要求。2021年12月31日前注册的，营业收入10亿元；其余5亿元。
"""


@pytest.mark.django_db
def test_the_official_text_is_laid_beside_and_figures_are_looked_up(officer, client):
    actions.attach_official(officer, "hangzhou-2023", OFFICIAL, "档号 1")
    clause = Reader(policy("hangzhou-2023"), "zh", DAY).clause("（三）2")
    assert clause.official is not None
    assert "营业收入10亿元" in clause.official.text
    assert clause.official.changed, "the wording is not the accepted one"
    places = {one.identifier: one.places[0].citation for one in clause.parameters}
    assert places["incumbent_revenue_floor"] == "（三）2"
    assert "营业收入10亿元" in client.get("/policies/hangzhou-2023/clauses/（三）2/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["没有编号的一段话", OFFICIAL.replace("〔2023〕3号", "〔2019〕7号"), "一、别的\n第九十九章 什么也不是"]
)
def test_another_document_is_not_attached(text, officer):
    if "别的" in text:
        text = text.replace("一、别的\n", "")
    with pytest.raises(Refused):
        actions.attach_official(officer, "hangzhou-2023", text, "档号 1")


@pytest.mark.django_db
def test_english_pages_say_it_in_english():
    with translation.override("en"):
        reader = Reader(policy("hangzhou-2023"), "en", DAY)
        assert reader.title.startswith("Opinions on")
        clause = reader.clause("（三）2")
    assert clause.title == "Scale" or clause.title.isascii()
    assert clause.translated
