"""Invented enterprises, seeded: the same seed gives the same enterprises on every machine.

Names begin with 示例, codes stand in a block that the registry does not give out. The distributions are invented; what
matters is that they hold what bites: revenues of exactly 10亿元, review-class industries, facts that nobody knows yet.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from stdnum.cn import uscc as codes

from zongbu.desk.people.districts import DISTRICTS

HOME = "330108"
"""The district whose office has the accounts of the demonstration."""
_TRADES = (
    ("软件", "6513"), ("数字科技", "6560"), ("云计算", "6450"), ("智能制造", "3990"), ("生物医药", "2760"),
    ("新材料", "2659"), ("供应链", "5199"), ("电子商务", "5292"), ("环保", "7721"), ("设计", "7491"),
    ("纺织", "1751"), ("机械", "3444"), ("医疗器械", "3581"), ("文化传播", "8710"), ("物流", "5910"),
    ("食品", "1439"), ("半导体", "3972"), ("物业服务", "7020"), ("支付科技", "6930"), ("置业", "7010"),
    ("融资租赁", "6631"), ("电力工程", "4413"),
)  # fmt: skip
_FIRST, _SECOND = "钱江湖山云川海天星明", "和源盛泰安达华瑞恒远"
_OWNERSHIP = ("none",) * 17 + ("central", "provincial", "municipal")
_EXCHANGES = ("none",) * 24 + ("SSE", "SZSE", "SZSE", "HKEX", "NASDAQ", "other")


def uscc(number: int) -> str:
    """The code of the invented enterprise of that number; its check digit is right."""
    body = f"91330100ME{number:07d}"
    return body + str(codes.calc_check_digit(body))


def name_of(number: int) -> str:
    """Its name."""
    trade = _TRADES[number * 7 % len(_TRADES)][0]
    first, second = _FIRST[number // 10 % 10], _SECOND[number % 10]
    serial = f"{number // 100:d}" if number >= 100 else ""
    return f"示例{first}{second}{trade}{serial}有限公司"


def years() -> tuple[int, ...]:
    """The years of which facts of a prior year tell: the three before this one."""
    return tuple(range(date.today().year - 3, date.today().year))


def synthetic(count: int, seed: int) -> Iterator[dict[str, str]]:
    """Rows for the register: canonical text by fact, facts of a prior year with their year."""
    for number in range(count):
        yield {"uscc": uscc(number), "name": name_of(number), **_facts(number, Random(f"{seed}-{number}"))}  # noqa: S311


def _facts(number: int, draw: Random) -> dict[str, str]:
    facts: dict[str, str] = {"district": list(DISTRICTS)[draw.randrange(len(DISTRICTS))]}
    if number == 0:  # whose people have accounts: in the district whose people have accounts
        facts["district"] = HOME

    def know(name: str, value: str, share: float) -> None:
        """Most facts are known of most enterprises; the rest stays unknown."""
        if draw.random() < share:
            facts[name] = value

    def yes(share: float) -> str:
        return "true" if draw.random() < share else "false"

    know("registered_in_city", yes(0.98), 0.99)
    know("is_legal_person", yes(0.99), 0.99)
    know("operates_in_city", yes(0.97), 0.9)
    know("unified_accounting", yes(0.95), 0.85)
    know("fits_industrial_orientation", yes(0.9), 0.6)
    know("branches_outside_city", str(max(0, round(draw.gauss(2, 2)))), 0.9)
    know("subsidiaries_outside_city", str(max(0, round(draw.gauss(1.5, 2)))), 0.85)
    know("industry_code", _TRADES[number * 7 % len(_TRADES)][1], 0.98)
    know("industry_exclusion_finding", yes(0.4), 0.3)
    know("state_ownership", draw.choice(_OWNERSHIP), 0.95)
    know("city_entry_date", (date(1995, 1, 1) + timedelta(draw.randrange(11_000))).isoformat(), 0.95)
    know("on_dishonesty_list", yes(0.01), 0.97)
    know("has_rnd_conditions", yes(0.6), 0.5)
    exchange = draw.choice(_EXCHANGES)
    know("stock_exchange", exchange, 0.97)
    if exchange != "none":
        know("listing_entity_in_city", yes(0.9), 0.9)
    if exchange == "other":
        know("other_exchange_finding", yes(0.4), 0.4)
    know("is_banned", yes(0.01), 0.97)
    revenue = _revenue(number, draw)
    for year in reversed(years()):
        know(f"in_city_revenue@{year}", _yuan(revenue), 0.9)
        know(f"rnd_expense@{year}", _yuan(revenue * draw.randrange(0, 160) // 1000), 0.85)
        revenue = revenue * draw.randrange(75, 105) // 100
    star = draw.choice((0, 0, 0, 1, 2, 3, 3, 4, 5))
    know("star", str(star), 0.8)
    know("highest_star_paid", str(max(0, star - draw.randrange(3))), 0.8)
    owns = yes(0.5)
    know("owns_office", owns, 0.85)
    if owns == "false":
        know("rent_paid", _yuan(draw.randrange(20_000_000, 900_000_000)), 0.8)
    know("is_first_purchase", yes(0.3), 0.5)
    return facts


def _revenue(number: int, draw: Random) -> int:
    """In fen. Some stand exactly on a threshold, or a fen below it."""
    bites = {3: 10**11, 5: 10**11 - 1, 8: 5 * 10**10, 13: 5 * 10**10 - 1, 21: 0}
    return bites.get(number % 40, int(draw.lognormvariate(20.3, 1.4)) * 100)


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"
