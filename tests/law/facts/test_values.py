"""What people write → what it means: the truth tables of ``parse``, and round trips."""

from __future__ import annotations

import decimal
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.law.facts import BadValue, Fact, check_uscc, load_dictionary, parse

D = Decimal
FACTS = load_dictionary()
REVENUE = FACTS["in_city_revenue"]
BRANCHES = FACTS["branches_outside_city"]
ENTRY = FACTS["city_entry_date"]
BANNED = FACTS["is_banned"]
PROFIT = Fact("profit", "利润", "money", unit="元", negative=True)
SHARE = Fact("share", "持股比例", "ratio")

UNKNOWN = [
    None,
    "",
    " ",
    "　",
    float("nan"),
    D("NaN"),
    "-",
    "—",
    "——",
    "/",
    "未知",
    "不详",
    "暂无",
    "无数据",
    "N/A",
    "#N/A",
    "null",
    "NaN",
    "ＮＡ",
    "待定",
]


@pytest.mark.parametrize("raw", UNKNOWN, ids=repr)
@pytest.mark.parametrize("identifier", FACTS)
def test_unknown(identifier: str, raw: object) -> None:
    assert parse(FACTS[identifier], raw) is None


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("1234.5", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1，234", "1234.00"),
        ("1 234 567", "1234567.00"),
        ("１２３４．５", "1234.50"),
        (" 100 ", "100.00"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("+5", "5.00"),
        (".5", "0.50"),
        ("5.", "5.00"),
        ("007", "7.00"),
        ("12.3亿元", "1230000000.00"),
        ("12.3 亿 元", "1230000000.00"),
        ("10亿", "1000000000.00"),
        ("5000万", "50000000.00"),
        ("3万", "30000.00"),
        ("3千元", "3000.00"),
        ("2百万", "2000000.00"),
        ("1.5万亿", "1500000000000.00"),
        ("3亿5000万", "350000000.00"),
        ("1万2345.67元", "12345.67"),
        ("￥100", "100.00"),
        ("¥ 1,000.00", "1000.00"),
        ("人民币100元整", "100.00"),
        ("RMB 100", "100.00"),
        ("1.2345678901亿", "123456789.01"),
        ("1.23456789E8", "123456789.00"),
        ("0.30000000000000004", "0.30"),
        (100, "100.00"),
        (1.2e8, "120000000.00"),
        (0.1 + 0.2, "0.30"),
        (1234567.1 * 3, "3703701.30"),
        (831.66e8, "83166000000.00"),
        (12345678901234.56, "12345678901234.56"),
        (-0.0, "0.00"),
        (D("1E+3"), "1000.00"),
        (D("12.340"), "12.34"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
    ids=repr,
)
def test_money(raw: object, value: str) -> None:
    found = parse(REVENUE, raw)
    assert isinstance(found, Decimal)
    assert str(found) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("-5", "不能小于零"),
        ("(5)", "不能小于零"),
        (-0.01, "不能小于零"),
        ("123.456", "精确到分"),
        (123.456, "精确到分"),
        (D("0.001"), "精确到分"),
        ("1.23456789123亿元", "精确到分"),
        (600_000_000_000.125, "精确到分"),
        ("10000000000000000", "金额过大"),
        (1e16, "金额过大"),
        ("100万亿亿", "应为数字"),
        ("abc", "应为数字"),
        ("十亿", "应为数字"),
        ("3亿5", "应为数字"),
        ("5000万3亿", "应为数字"),
        ("12亿abc", "应为数字"),
        ("1-", "应为数字"),
        ("12,34", "千分位"),
        ("1,2345", "千分位"),
        ("约10亿", "约数或范围"),
        ("10亿以上", "约数或范围"),
        ("10-12亿", "约数或范围"),
        ("1.2e8", "科学记数法"),
        ("1.2E+09", "科学记数法"),
        ("$100", "不是人民币"),
        ("100万美元", "不是人民币"),
        ("无", "没有请填 0"),
        ("30%", "百分数"),
        ("#REF!", "Excel"),
        ("########", "Excel"),
        (True, "是／否"),
        (date(2021, 1, 1), "日期"),
        (float("inf"), "不是有限的数"),
        ([1], "列表"),
        ({"a": 1}, "表"),
    ],
    ids=repr,
)
def test_money_refused(raw: object, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(REVENUE, raw)
    assert reason in caught.value.reason


def test_money_below_zero_where_allowed() -> None:
    for raw in ("-5", "(5)", "－５", "−5", "-¥5", "¥-5", "- 5", -5, -5.0):
        assert parse(PROFIT, raw) == D(-5)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("5000", "50000000.00"),
        (5.5, "55000.00"),
        ("1,234.5", "12345000.00"),
        ("5000元", "5000.00"),
        ("2亿", "200000000.00"),
        ("0.000001", "0.01"),
    ],
)
def test_money_in_a_column_of_ten_thousands(raw: object, value: str) -> None:
    assert str(parse(REVENUE, raw, scale=10_000)) == value


def test_the_callers_decimal_context_does_not_matter() -> None:
    with decimal.localcontext(decimal.Context(prec=3)):
        assert parse(REVENUE, "12345678901234.56") == D("12345678901234.56")
        assert parse(REVENUE, "1234567.89", scale=10_000) == D("12345678900.00")


AMOUNTS = st.decimals(min_value=0, max_value=D("9999999999999.99"), places=2, allow_nan=False, allow_infinity=False)
STYLES = {
    "plain": lambda amount: f"{amount:f}",
    "thousands": lambda amount: f"{amount:,.2f}",
    "chinese commas": lambda amount: f"{amount:,.2f}".replace(",", "，"),
    "full width": lambda amount: "".join(chr(ord(c) + 0xFEE0) for c in f"{amount:,.2f}"),
    "with sign and unit": lambda amount: f" ￥{amount:,.2f} 元 ",
    "in 万": lambda amount: f"{amount.scaleb(-4):f}万元",
    "in 亿": lambda amount: f"{amount.scaleb(-8):f} 亿",
    "as decimal": lambda amount: amount,
    "as float": lambda amount: float(amount),
    "as text of a float": lambda amount: format(float(amount), ".17g") if amount < 10**12 else f"{amount:f}",
}


@settings(max_examples=40, deadline=None)
@given(amount=AMOUNTS)
@pytest.mark.parametrize("style", STYLES)
def test_money_round_trip(style: str, amount: Decimal) -> None:
    with decimal.localcontext(decimal.Context(prec=50)):
        raw = STYLES[style](amount)
    assert parse(REVENUE, raw) == amount


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("2", 2),
        ("2家", 2),
        ("２ 家", 2),
        ("2个", 2),
        ("2.0", 2),
        (2.0, 2),
        (D("2.00"), 2),
        ("1,000", 1000),
        ("1.2万", 12000),
        ("999999999", 999_999_999),
    ],
    ids=repr,
)
def test_integer(raw: object, value: int) -> None:
    found = parse(BRANCHES, raw)
    assert found == value
    assert type(found) is int


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("3.5", "应为整数"),
        (2.5, "应为整数"),
        ("-1", "不能小于零"),
        (10**9, "数目过大"),
        ("两家", "应为数字"),
        ("2-3", "约数或范围"),
        ("2元", "应为数字"),
        (False, "是／否"),
        ("无", "没有请填 0"),
    ],
    ids=repr,
)
def test_integer_refused(raw: object, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(BRANCHES, raw)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("raw", "value"),
    [("三星级", 3), ("3星", 3), ("★★★", 3), ("无", 0), ("未评级", 0), ("5", 5), (4.0, 4), ("６", 6)],
    ids=repr,
)
def test_star(raw: object, value: int) -> None:
    assert parse(FACTS["star"], raw) == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("30%", "0.300000"),
        ("３０％", "0.300000"),
        ("0.3", "0.300000"),
        (0.3, "0.300000"),
        (1, "1.000000"),
        ("150%", "1.500000"),
        ("5‰", "0.005000"),
        (1 / 3, "0.333333"),
        (2 / 3, "0.666667"),
        ("0.0000005", "0.000001"),
        ("5e-05", "0.000050"),
    ],
    ids=repr,
)
def test_ratio(raw: object, value: str) -> None:
    assert str(parse(SHARE, raw)) == value


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("30", "百分数"),
        (1.5, "百分数"),
        ("200000%", "过大"),
        ("-5%", "不能小于零"),
        ("%", "应为比例"),
        ("3成", "应为数字"),
    ],
)
def test_ratio_refused(raw: object, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(SHARE, raw)
    assert reason in caught.value.reason


def test_ratio_in_a_column_of_percent() -> None:
    assert parse(SHARE, "30", scale=D("0.01")) == D("0.3") == parse(SHARE, "30%", scale=D("0.01"))
    assert parse(SHARE, 150.0, scale=D("0.01")) == D("1.5")


THAT_DAY = date(2021, 12, 31)


@pytest.mark.parametrize(
    "raw",
    [
        *("2021-12-31", "2021/12/31", "2021.12.31", "20211231", "20211231.0", 20211231, 20211231.0),
        *("2021年12月31日", "2021年12月31号", "2021 年 12 月 31 日", "２０２１／１２／３１"),
        *("2021-12-31 00:00:00", "2021-12-31T08:30:00", "2021/12/31 8:30", "2021-12-31 00:00:00+08:00"),
        *(THAT_DAY, datetime(2021, 12, 31, 23, 59), datetime(2021, 12, 30, 16, tzinfo=UTC)),
        *(44561, 44561.0, 44561.75, "44561", D(44561)),
    ],
    ids=repr,
)  # fmt: skip
def test_date(raw: object) -> None:
    found = parse(ENTRY, raw)
    assert found == THAT_DAY
    assert type(found) is date


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("2023-02-30", "没有2023年2月30日"),
        ("2021-13-01", "没有2021年13月1日"),
        ("20210229", "没有2021年2月29日"),
        ("2021-12", "写到日"),
        ("2021年12月", "写到日"),
        ("2021年", "写到日"),
        (2021, "写到日"),
        ("12/31/2021", "年份写四位"),
        ("21-12-31", "年份写四位"),
        ("2021/12-31", "应为日期"),
        ("2021-12-31T16:00:00Z", "应为日期"),
        ("昨天", "应为日期"),
        ("99991231", "年份须在"),
        ("1899-12-31", "年份须在"),
        (date(1000, 1, 1), "年份须在"),
        (5, "应为日期"),
        (1e9, "应为日期"),
        (True, "应为日期"),
    ],
    ids=repr,
)
def test_date_refused(raw: object, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(ENTRY, raw)
    assert reason in caught.value.reason


def test_no_date_is_unknown() -> None:
    assert parse(ENTRY, "无") is None


@given(day=st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_date_round_trip(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for raw in (
        day,
        str(day),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y%m%d}",
        serial,
        float(serial),
    ):
        assert parse(ENTRY, raw) == day


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (raw, True)
        for raw in (
            True,
            1,
            1.0,
            D(1),
            "是",
            "有",
            "true",
            "TRUE",
            "1",
            "1.0",
            "Y",
            "yes",
            "√",
            "✓",
            " 是 ",
            "Ｙ",
        )
    ]
    + [(raw, False) for raw in (False, 0, 0.0, "否", "无", "没有", "false", "0", "N", "no", "×", "✗", "非")],
    ids=repr,
)
def test_boolean(raw: object, value: bool) -> None:
    assert parse(BANNED, raw) is value


@pytest.mark.parametrize("raw", [2, "2", "也许", "x", date(2021, 1, 1), 0.5], ids=repr)
def test_boolean_refused(raw: object) -> None:
    with pytest.raises(BadValue, match="「是」或「否」"):
        parse(BANNED, raw)


@pytest.mark.parametrize(
    ("identifier", "raw", "value"),
    [
        ("stock_exchange", "SZSE", "SZSE"),
        ("stock_exchange", "szse", "SZSE"),
        ("stock_exchange", "深圳证券交易所", "SZSE"),
        ("stock_exchange", "深交所", "SZSE"),
        ("stock_exchange", "上交所 科创板", "SSE"),
        ("stock_exchange", "纳斯达克", "NASDAQ"),
        ("stock_exchange", "北交所", "other"),
        ("stock_exchange", "无", "none"),
        ("stock_exchange", "未上市", "none"),
        ("stock_exchange", "none", "none"),
        ("state_ownership", "无", "none"),
        ("state_ownership", "央企", "central"),
        ("state_ownership", "省属国有企业", "provincial"),
        ("state_ownership", "区（县）属", None),
        ("district", "330108", "330108"),
        ("district", 330108, "330108"),
        ("district", 330108.0, "330108"),
        ("district", "滨江", "330108"),
        ("district", "滨江区", "330108"),
        ("district", "高新区", "330108"),
        ("district", "高新区（滨江）", "330108"),
        ("district", "杭州市 滨江区", "330108"),
        ("district", "330103", "330105"),
        ("district", "450000", "450000"),
        ("industry_code", "C4411", "4411"),
        ("industry_code", "I65", "65"),
        ("industry_code", "i6513", "6513"),
        ("industry_code", 6511.0, "6511"),
        ("industry_code", "6511.0", "6511"),
        ("industry_code", 6511, "6511"),
        ("industry_code", "0134", "0134"),
        ("industry_code", "681", "681"),
        ("industry_code", 681, "681"),
        ("industry_code", "013", "013"),
        ("industry_code", "C134", "134"),
        ("industry_code", "C134 制糖业", "134"),
        ("industry_code", "L721", "721"),
        ("industry_code", "B111", "111"),
        ("industry_code", "A0134", "0134"),
        ("industry_code", "6513 应用软件开发", "6513"),
        ("industry_code", "６５１３", "6513"),
        ("name", "  浙江某某有限公司　", "浙江某某有限公司"),
        ("name", 360.0, "360"),
        ("name", "无", None),
        ("uscc", "91330108ma27x0k65m", "91330108MA27X0K65M"),
        ("uscc", "9133 0108 MA27 X0K6 5M", "91330108MA27X0K65M"),
    ],
)  # fmt: skip
def test_options_codes_and_text(identifier: str, raw: object, value: str | None) -> None:
    if value is None and raw == "区（县）属":
        with pytest.raises(BadValue):
            parse(FACTS[identifier], raw)
    else:
        assert parse(FACTS[identifier], raw) == value


@pytest.mark.parametrize(
    ("identifier", "raw", "reason"),
    [
        ("stock_exchange", "深圳证券交易", "是不是「深圳证券交易所」？"),
        ("stock_exchange", "SZSE/HKEX", "不在可选范围"),
        ("stock_exchange", 3, "不在可选范围"),
        ("state_ownership", "部属", "可填：无、央企、省属、市属、区属"),
        ("district", "宾江区", "是不是「滨江区」？"),
        ("district", "33010", "六位行政区划代码"),
        ("district", "江干区", "六位行政区划代码"),
        ("industry_code", 1.0, "保留前面的零"),
        ("industry_code", 134, "小类请写四位 0134，中类请带门类字母 C134"),
        ("industry_code", 134.0, "丢了前面的零"),
        ("industry_code", "134", "丢了前面的零"),
        ("industry_code", "A134", "丢了前面的零"),
        ("industry_code", "B711", "中类请带门类字母 L711"),
        ("industry_code", "C", "二至四位数字"),
        ("industry_code", "65130", "二至四位数字"),
        ("industry_code", True, "应为代码"),
        ("name", "浙江\ufffd\ufffd有限公司", "乱码"),
    ],
)
def test_options_and_codes_refused(identifier: str, raw: object, reason: str) -> None:
    with pytest.raises(BadValue) as caught:
        parse(FACTS[identifier], raw)
    assert reason in caught.value.reason


def test_numpy_scalars_and_nothing_of_pandas() -> None:
    numpy = pytest.importorskip("numpy")
    assert parse(BRANCHES, numpy.int64(3)) == 3
    assert parse(REVENUE, numpy.float64(1.5)) == D("1.50")
    assert parse(BANNED, numpy.bool_(True)) is True
    assert parse(REVENUE, numpy.float64("nan")) is None

    class NaTType:
        pass

    assert parse(ENTRY, NaTType()) is None


@settings(max_examples=40, deadline=None)
@given(
    raw=st.one_of(
        st.text(max_size=12),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.decimals(),
        st.datetimes(),
    )
)
@pytest.mark.parametrize("identifier", FACTS)
def test_nothing_but_bad_value_is_ever_raised(identifier: str, raw: object) -> None:
    expected = {"boolean": bool, "integer": int, "money": Decimal, "date": date}.get(FACTS[identifier].type, str)
    with suppress(BadValue):
        value = parse(FACTS[identifier], raw)
        assert value is None or type(value) is expected


@pytest.mark.parametrize(
    ("code", "odd"),
    [
        ("91330100799655058B", None),
        ("91330108MA27X0K65M", "校验位不符"),
        ("9133", "应为 18 位"),
        ("91330100799655O58B", "不是代码用字"),
    ],
)
def test_uscc(code: str, odd: str | None) -> None:
    found = check_uscc(code)
    assert found is None if odd is None else odd in (found or "")


def test_uscc_agrees_with_its_definition() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    body = "91330100MA2B0CDE1"
    total = sum(alphabet.index(c) * 3**i for i, c in enumerate(body))
    assert check_uscc(body + alphabet[-total % 31]) is None
