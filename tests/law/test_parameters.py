"""Values of parameters on a day: from the file, or entered from outside with a source."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.law import toy
from zongbu.law import InputError, Policy, load_policy, read_overrides
from zongbu.law.document.find import SHIPPED
from zongbu.law.nodes import Width
from zongbu.law.parameters import as_options, fits, parse_value, too_wide, values_at

DAY = date(2024, 6, 30)


def policy() -> Policy:
    return toy.rules(
        "甲 [r_a] = 产值 >= 门槛",
        "乙 [r_b] = 产值 * 补助比例",
        "丙 [r_c] = 奖励标准[等级]",
        "丁 [r_d] = 板块 属于 认可板块",
        "戊 [r_e] = 如果(放宽, 挂牌奖励[板块], 0元)",
        facts="产值 [output]: 元, 申报\n等级 [grade]: 整数, 认定\n板块 [board]: 选项{none: 无, main: 主板}, 登记",
        parameters="门槛 [floor]:\n  2023-01-01 至 2023-12-31 = 5亿元\n  2024-01-01 起 = 10亿元\n"
        "补助比例 [ratio]: 比例 = 未公布\n"
        "奖励标准 [award]: 整数→元 = 未公布\n"
        "认可板块 [boards] = {「主板」}\n"
        "挂牌奖励 [listing] = {「main」: 1元, 其他: 0元}\n"
        "放宽 [relaxed]: 是否 = 未公布",
    )


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2022, 12, 31), None),
        (date(2023, 1, 1), Decimal(5 * 10**8)),
        (date(2023, 12, 31), Decimal(5 * 10**8)),
        (date(2024, 1, 1), Decimal(10**9)),
        (date(2099, 1, 1), Decimal(10**9)),
    ],
)
def test_the_value_of_a_day(day: date, value: Decimal | None) -> None:
    assert values_at(policy(), day)["floor"].value == value


def test_texts_that_name_options_are_kept_as_options() -> None:
    values = values_at(policy(), DAY)
    assert values["boards"].value == ("main",)
    assert values["listing"].value == {"main": Decimal(1), None: Decimal(0)}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("ratio", "30%", Decimal("0.3")),
        ("ratio", Decimal("0.3"), Decimal("0.3")),
        ("ratio", 0.5, Decimal("0.5")),
        ("floor", "1.5亿元", Decimal(150_000_000)),
        (
            "award",
            "{3: 100万元, 4: 未公布, 其他: 0元}",
            {Decimal(3): Decimal(10**6), Decimal(4): None, None: Decimal(0)},
        ),
        ("award", {3: "100万元", "其他": "0元"}, {Decimal(3): Decimal(10**6), None: Decimal(0)}),
        ("boards", "{「无」, 「main」}", ("none", "main")),
        ("boards", ["「主板」"], ("main",)),
        ("listing", "{「主板」: 5元}", {"main": Decimal(5)}),
        ("relaxed", "是", True),
        ("relaxed", False, False),
    ],
)
def test_a_value_is_entered(name: str, raw: Any, value: Any) -> None:
    entered = values_at(policy(), DAY, {"toy": {name: {"value": raw, "source": "2025年细则"}}})[name]
    assert (entered.value, entered.source, entered.demonstration) == (value, "2025年细则", False)


@pytest.mark.parametrize(
    ("name", "raw", "message"),
    [
        ("ratio", "30元", "参数「补助比例」应为数，给出的「30元」是元"),
        ("ratio", "三成", "参数「补助比例」的值「三成」读不懂：公式在此处读不懂"),
        ("ratio", "0.1234567", "参数「补助比例」的值「0.1234567」位数过多：最多 3 位整数、6 位小数"),
        ("floor", "1.005元", "参数「门槛」的值「1.005元」位数过多：最多 16 位整数、2 位小数"),
        ("award", "{3: 1.005元}", "位数过多"),
        ("award", "{3.5: 1元}", "表的键要是整数"),
        ("award", "{3: 1家}", "参数「奖励标准」应为数→元，给出的「{3: 1家}」是数→家"),
        ("boards", "{「科创板」}", "参数「认可板块」里没有选项「科创板」"),
        ("listing", "{「科创板」: 1元}", "参数「挂牌奖励」里没有选项「科创板」"),
        ("ratoi", "30%", "政策「toy」没有参数「ratoi」。是否想写「ratio」？"),
    ],
)
def test_a_value_that_does_not_fit_is_refused(name: str, raw: Any, message: str) -> None:
    with pytest.raises(InputError) as found:
        values_at(policy(), DAY, {"toy": {name: {"value": raw}}})
    assert message in str(found.value)


def test_a_value_without_a_source_counts_as_demonstration() -> None:
    entered = values_at(policy(), DAY, {"toy": {"ratio": {"value": "30%"}}})["ratio"]
    assert entered.demonstration
    assert entered.source == "演示参数（未注明来源）"


def test_what_is_entered_for_other_policies_is_left_alone() -> None:
    assert values_at(policy(), DAY, {"elsewhere": {"nothing": {"value": "!"}}}) == values_at(policy(), DAY)


def test_what_is_entered_replaces_every_period() -> None:
    entered = {"toy": {"floor": {"value": "3元", "source": "假设"}}}
    assert {values_at(policy(), date(year, 6, 1), entered)["floor"].value for year in (2020, 2023, 2030)} == {
        Decimal(3)
    }


def test_the_demonstration_file_fits_the_shipped_policies() -> None:
    entered = read_overrides(SHIPPED / "demo-parameters.yaml")
    for identifier, section in entered.items():
        shipped = load_policy(identifier)
        values = values_at(shipped, date(2023, 6, 30), entered)
        for name in section:
            assert values[name].demonstration
            assert shipped.parameters[name].at(date(2023, 6, 30)) is not None
            assert shipped.parameters[name].at(date(2023, 6, 30)).value is None, f"{name} is published"  # type: ignore[union-attr]


def test_a_district_takes_the_city_s_values() -> None:
    entered = read_overrides(SHIPPED / "demo-parameters.yaml")
    values = values_at(load_policy("binjiang-draft"), date(2023, 6, 30), entered)
    assert values["matching_fund_amount"].demonstration
    assert all(value.value is not None for value in values.values() if value.demonstration)


# --- the file of values ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "找不到文件"),
        (b"a: [\n", "不是合格的 YAML：第 2 行第 1 列读不懂"),
        (b"- a", "第 1 行：格式应为"),
        (b"toy: 3", "第 1 行：「toy」格式应为"),
        (b"toy: {ratio: 30%}", "「ratio」格式应为"),
        (b"toy: {ratio: {source: x}}", "参数「ratio」缺少 value"),
        (b"toy:\n  ratio: {value: 1%, sorce: x}", "第 2 行：参数「ratio」里没有「sorce」一项.*是否想写「source」"),
        (b"toy:\n  ratio: {value: 1%}\n  ratio: {value: 2%}", "第 3 行：「ratio」写了两次"),
        (b"toy: {}\ntoy: {}", "第 2 行：「toy」写了两次"),
        (b"toy: {ratio: {value: 1%, value: 2%}}", "「value」写了两次"),
        (b"toy: {award: {value: {3: 1, 3: 2}}}", "「3」写了两次"),
        (b"a: &a {x: 1}\nb: *a", "第 2 行第 4 列不能用"),
        (b"a: " + b"[" * 3000, "嵌套过深"),
        (b"a: " + b"[" * 200_000, "嵌套过深"),
        (b"- " * 200_000, "嵌套过深"),
        (b"\0\1", "不是文本文件"),
        (b"", "格式应为"),
    ],
)
def test_a_file_that_cannot_be_used(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_overrides(path)


def test_a_file_as_an_office_saves_it(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_bytes("toy: {ratio: {value: 30%, source: 某年细则}}".encode("gbk"))
    assert read_overrides(path) == {"toy": {"ratio": {"value": "30%", "source": "某年细则"}}}


def test_why_a_file_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="是文件夹"):
        read_overrides(tmp_path)


def test_values_in_a_file_stay_as_written(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_text("toy:\n  ratio: {value: 0.10, source: 细则}\n  relaxed: {value: yes}\n", "utf-8")
    assert read_overrides(path) == {"toy": {"ratio": {"value": "0.10", "source": "细则"}, "relaxed": {"value": "yes"}}}


# --- the pieces ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "width", "answer"),
    [
        ("999.999999", Width(3, 6), True),
        ("1000", Width(3, 6), False),
        ("0.0000001", Width(3, 6), False),
        ("-999.999999", Width(3, 6), True),
        ("1.50", Width(1, 1), True),
        ("0", Width(1, 0), True),
        ("9999999999999999.99", Width(16, 2), True),
        ("10000000000000000", Width(16, 2), False),
    ],
)
def test_fits(value: str, width: Width, answer: bool) -> None:
    assert fits(Decimal(value), width) is answer


def test_only_numbers_can_be_too_wide() -> None:
    assert too_wide("甲" * 99, None) == ""
    assert too_wide({Decimal(3): None, None: Decimal("0.5")}, Width(9, 0)) == "位数过多：最多 9 位整数、0 位小数"


def test_options_of_sets_and_tables() -> None:
    words = {"无": "none", "none": "none"}
    assert as_options(("无",), words) == ("none",)
    assert as_options({"无": Decimal(1), None: Decimal(2)}, words) == {"none": Decimal(1), None: Decimal(2)}
    assert as_options(("甲",), {}) == ("甲",)
    with pytest.raises(KeyError):
        as_options(("主板",), words)


def test_a_value_is_read_by_its_parameter() -> None:
    assert parse_value(policy().parameters["ratio"], " 30% ") == Decimal("0.3")
