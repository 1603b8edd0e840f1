"""Assessments to be shown: nothing known, everything met, in between, under a draft that builds on another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from zongbu.law import load_policy, read_overrides
from zongbu.law.explain.assessment import Assessment

DEMONSTRATION = Path(__file__).parents[3] / "zongbu" / "policies" / "demo-parameters.yaml"
BASIC: dict[str, Any] = {
    "登记在杭": "是", "在杭经营": "是", "独立法人": "是", "统一核算": "是", "符合产业发展导向": "是",
    "市外分公司数": 3, "在严重违法失信名单": "否", "行业代码": "6513", "国有属性": "无",
}  # fmt: skip
SMALL = {**BASIC, "在杭登记日": "2015-03-01", "上年度在杭营业收入": "8.2亿元", "上年度在杭研发费用": "6000万元"}
LARGE = {
    **BASIC, "在杭登记日": "2015-03-01", "上年度在杭营业收入": "12亿元", "上年度在杭研发费用": "0", "星级": 4,
    "已奖励最高星级": 3, "在杭有自有办公用房": "否", "认定当年实付租金": "1234567.89元", "首次购置": "否",
    "上市交易所": "未上市", "处于禁申期": "否",
}  # fmt: skip

Assess = Callable[..., Assessment]


@pytest.fixture(scope="session")
def assess() -> Assess:
    """Assess facts under a shipped policy; ``demonstration`` gives the unpublished parameters values."""

    def assess(facts: dict[str, Any], policy: str = "hangzhou-2023", **options: Any) -> Assessment:
        if options.pop("demonstration", False):
            options["parameters"] = read_overrides(DEMONSTRATION)
        return load_policy(policy).assess(facts, as_of=options.pop("as_of", date(2023, 6, 30)), **options)

    return assess


@pytest.fixture
def nothing() -> dict[str, Any]:
    return {}


@pytest.fixture
def small() -> dict[str, Any]:
    """Too small an enterprise, short by 1.80亿元, not listed as far as is known."""
    return dict(SMALL)


@pytest.fixture
def large() -> dict[str, Any]:
    """A headquarters enterprise whose star rose from three to four."""
    return dict(LARGE)
