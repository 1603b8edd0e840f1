"""What the public sees of the money, and that nothing hidden can be worked out."""

from __future__ import annotations

import pytest

from tests.desk.support import financed
from tests.desk.support.finance_pages.pages import YEAR, Clients, text, url
from zongbu.desk.kernel.roles import Role
from zongbu.desk.support import books
from zongbu.desk.support.actions import results

pytestmark = pytest.mark.django_db


def test_the_public_sees_sums_of_at_least_three_enterprises(client_as: Clients) -> None:
    other = financed.a_fund("district", "330106")
    claims = [financed.an_approved_claim(number) for number in (1, 2, 3)]
    for batch in (
        financed.sent(*claims),
        financed.sent(*(financed.an_approved_claim(number, fund=other) for number in (11, 12, 13, 14))),
        financed.sent(financed.an_approved_claim(21, 7_0000_00, measure="purchase_subsidy")),
    ):
        results.begin(financed.payer(batch.fund), financed.results_of(batch).pk)
    client = client_as(Role.PUBLIC)
    found = books.published(YEAR)
    rent, purchase = (financed.POLICY, "rent_subsidy"), (financed.POLICY, "purchase_subsidy")
    assert found.cell(rent, "330106").fen == 240_0000_00
    assert found.cell(purchase, "330108").fen is None and found.cell(purchase, "").fen is None
    # Nor what would give it away: 滨江's total less its rent would be the one purchase, and so would the city's.
    hidden = {key for key, cell in found.cells.items() if cell.hidden}
    assert (books.ALL, "330108") in hidden or (rent, "330108") in hidden
    assert (books.ALL, "") in hidden or (rent, "") in hidden
    page = text(client, url("public"))
    assert "演示参数" in page and "示例兑现企业" not in page and ">7.00万元" not in page and "70,000" not in page
    body = b"".join(client.get(url("public_export", "csv")).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "2400000.00" in body and ",70000.00" not in body and "不公布" in body
    assert client.get(url("public_export", "pdf")).status_code == 404


def test_no_hidden_sum_can_be_worked_out() -> None:
    """Whatever the table: no row, column or margin lacks exactly one of its figures."""
    import random

    from zongbu.desk.support.books import ALL, Cell, Published, _hide

    dice = random.Random(7)
    for _case in range(300):
        measures = [("p", f"m{number}") for number in range(dice.randint(1, 4))]
        districts = [f"d{number}" for number in range(dice.randint(1, 4))]
        found = Published(2026, measures, districts)
        for measure in measures:
            for district in districts:
                if many := dice.choice((0, 0, 1, 2, 3, 9)):
                    fen = many * dice.randint(1, 50)
                    for key in ((measure, district), (measure, ""), (ALL, district), (ALL, "")):
                        cell = found.cells.setdefault(key, Cell())
                        cell.fen, cell.enterprises = (cell.fen or 0) + fen, cell.enterprises + many
        few = {key for key, cell in found.cells.items() if cell.enterprises < books.FEW}
        _hide(found)
        assert all(found.cells[key].hidden for key in few)
        codes, names = ["", *districts], [ALL, *measures]
        lines = [[(name, code) for code in codes] for name in names]
        lines += [[(name, code) for name in names] for code in codes]
        for line in lines:
            there = [found.cells[key] for key in line if key in found.cells]
            assert sum(cell.hidden for cell in there) != 1 or len(there) == 1
