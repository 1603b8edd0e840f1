"""What the letters on claims say."""

from __future__ import annotations

import pytest
from django.utils import translation

from tests.desk.support.conftest import Playing
from zongbu.desk.support.actions import claims, review
from zongbu.desk.support.documents import letter, letters
from zongbu.desk.support.documents.capitals import capitals
from zongbu.desk.support.models import Claim, ClaimDecision, Fund


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (0, "零元整"), (1, "壹分"), (10, "壹角整"), (100, "壹元整"), (1005_30, "壹仟零伍元叁角整"),
        (60_0000_00, "陆拾万元整"), (1_0000_0000_00, "壹亿元整"), (1_0002_0003_04, "壹亿零贰万零叁元零肆分"),
        (10_0000_0000_0000_00, "壹拾万亿元整"), (1680_32, "壹仟陆佰捌拾元叁角贰分"), (107000_53, "壹拾万柒仟元伍角叁分"),
        (10_00, "壹拾元整"), (325_04, "叁佰贰拾伍元零肆分"), (1_0001_00, "壹万零壹元整"), (2008_00, "贰仟零捌元整"),
        (30_0050_00, "叁拾万零伍拾元整"),
    ],
)  # fmt: skip
def test_amounts_in_capitals(fen: int, text: str) -> None:
    assert capitals(fen) == text


def test_amounts_that_have_no_capitals() -> None:
    for fen in (-1, 10**18):
        with pytest.raises(ValueError, match=str(fen)):
            capitals(fen)


def data_of(case: Claim) -> dict[str, object]:
    decisions = list(case.decisions.filter(act__in=letters.DECIDING))
    with translation.override("zh-hans"):
        return letters._data(case, decisions[-1], len(decisions))


@pytest.mark.django_db
def test_an_approval_says_amount_computation_clause_and_how_to_object(playing: Playing, district_fund: Fund) -> None:
    case = playing.approved()
    said = data_of(case)
    text = "".join(map(str, said["paragraphs"]))  # type: ignore[arg-type]
    assert "600,000.00元（大写：陆拾万元整）" in text and "（七）" in text and "账号尾号5678" in text
    rows = said["rows"]
    assert isinstance(rows, list)
    assert [row["value"] for row in rows if row["label"] == "租房补助"] == ["60.00万元"]
    assert any(row["demonstration"] for row in rows)
    assert "提出异议" in str(said["remedies"]) and "行政复议" in str(said["remedies"])
    assert "演示参数" in str(said["remarks"])
    assert letter(case).startswith(b"%PDF")


@pytest.mark.django_db
def test_a_lower_amount_tells_why(playing: Playing, district_fund: Fund) -> None:
    from decimal import Decimal

    playing.accepted()
    review.verify(playing.officer, playing.pk, amount=Decimal("500000"), amount_reason="两张发票不属于办公用房")
    review.approve(playing.lead, playing.pk)
    text = str(data_of(playing.case)["paragraphs"])
    assert "测算应发600,000.00元，核定500,000.00元，理由：两张发票不属于办公用房。" in text


@pytest.mark.django_db
def test_a_refusal_tells_why_and_there_is_none_while_it_is_examined(playing: Playing, district_fund: Fund) -> None:
    case = playing.verified()
    with pytest.raises(ClaimDecision.DoesNotExist):
        letter(case)
    review.refuse(playing.lead, case.pk, "承租方不是本企业")
    said = data_of(playing.case)
    assert said["title"] == "不予兑现决定书" and "理由：承租方不是本企业。" in str(said["paragraphs"])
    assert letter(playing.case).startswith(b"%PDF")
    objection = claims.object_to(playing.own, case.pk, "是分公司")
    review.uphold(playing.people(playing.lead.role), objection.pk, "属实")
    with pytest.raises(ClaimDecision.DoesNotExist):
        letter(playing.case)


@pytest.mark.django_db
def test_no_letter_explains_an_amount_that_was_not_decided(playing: Playing, district_fund: Fund) -> None:
    case = playing.approved()
    decision = case.decisions.get(act="approve")
    decision.computed = 1
    with translation.override("zh-hans"):
        said = letters._data(case, decision, 1)
    assert said["rows"] == [] and "存档" in str(said["remarks"])
