"""The organisations of the demonstration: offices, departments, bureaus, the operator, an inspector, an enterprise."""

from __future__ import annotations

from django.db import transaction

from zongbu.desk.demo.synthetic import name_of
from zongbu.desk.people.districts import DISTRICTS
from zongbu.desk.people.models import Organisation

Kind = Organisation.Kind

DEPARTMENTS = (
    "市发展和改革委员会", "市科学技术局", "市市场监督管理局", "市税务局", "市统计局", "市国有资产监督管理委员会",
    "市人力资源和社会保障局", "市交通运输局", "市住房保障和房产管理局", "市公安局",
)  # fmt: skip


def make_organisations(enterprise_uscc: str) -> list[Organisation]:
    """Make those that are missing; returns all of them."""
    wanted = [
        (Kind.CITY_OFFICE, "市总部经济工作领导小组办公室", "", ""),
        (Kind.LEADING_GROUP, "市总部经济工作领导小组", "", ""),
        *((Kind.DISTRICT_OFFICE, f"{name}总部经济工作办公室", code, "") for code, name in DISTRICTS.items()),
        *((Kind.DEPARTMENT, name, "", "") for name in DEPARTMENTS),
        (Kind.FINANCE, "市财政局", "", ""),
        *((Kind.FINANCE, f"{name}财政局", code, "") for code, name in DISTRICTS.items()),
        (Kind.INSPECTOR, "示例会计师事务所", "", ""),
        (Kind.OPERATOR, "系统运维中心", "", ""),
        (Kind.ENTERPRISE, name_of(0), "", enterprise_uscc),
    ]
    made = []
    with transaction.atomic():
        for kind, name, district, uscc in wanted:
            organisation, _ = Organisation.objects.get_or_create(
                kind=kind, name=name, defaults={"district": district, "uscc": uscc}
            )
            made.append(organisation)
    return made
