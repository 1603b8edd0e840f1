"""The roles in which people act, how far each one sees, and which of them exclude each other."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """In which capacity a person acts for an organisation; ``PUBLIC`` is whoever has not signed in."""

    PUBLIC = "public", _("公众")
    ENTERPRISE_STAFF = "enterprise_staff", _("企业经办人")
    ENTERPRISE_LEAD = "enterprise_lead", _("企业负责人")
    DISTRICT_OFFICER = "district_officer", _("区县经办人")
    DISTRICT_LEAD = "district_lead", _("区县负责人")
    DEPARTMENT_OFFICER = "department_officer", _("部门经办人")
    DEPARTMENT_LEAD = "department_lead", _("部门负责人")
    CITY_OFFICER = "city_officer", _("总部办经办人")
    CITY_LEAD = "city_lead", _("总部办负责人")
    LEADING_GROUP = "leading_group", _("领导小组成员")
    CITY_FINANCE = "city_finance", _("市财政人员")
    DISTRICT_FINANCE = "district_finance", _("区县财政人员")
    INSPECTOR = "inspector", _("第三方检查员")
    ADMINISTRATOR = "administrator", _("系统管理员")
    SECURITY_OFFICER = "security_officer", _("安全管理员")
    AUDITOR = "auditor", _("审计员")


class Reach(StrEnum):
    """How far a role sees in what is its business. What is published everybody sees."""

    PUBLISHED = "published"
    ENTERPRISE = "enterprise"
    REFERRED = "referred"
    DISTRICT = "district"
    CITY = "city"


ENTERPRISE = frozenset({Role.ENTERPRISE_STAFF, Role.ENTERPRISE_LEAD})
DISTRICT = frozenset({Role.DISTRICT_OFFICER, Role.DISTRICT_LEAD})
DEPARTMENT = frozenset({Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_LEAD})
CITY = frozenset({Role.CITY_OFFICER, Role.CITY_LEAD})
OFFICIALS = DISTRICT | DEPARTMENT | CITY | {Role.LEADING_GROUP}
"""They handle enterprises and their cases. Finance is not among them: it pays what others have decided."""
FINANCE = frozenset({Role.CITY_FINANCE, Role.DISTRICT_FINANCE})
"""They pay: the city's finance bureau and the districts'."""
KEEPERS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_OFFICER, Role.AUDITOR})
"""They keep the service itself: accounts, security, audit. Three duties, three persons, none of the business."""
SIGNED_IN = frozenset(Role) - {Role.PUBLIC}

REACH: dict[Role, Reach] = (
    {Role.PUBLIC: Reach.PUBLISHED, Role.LEADING_GROUP: Reach.CITY, Role.AUDITOR: Reach.CITY}
    | dict.fromkeys(ENTERPRISE, Reach.ENTERPRISE)
    | dict.fromkeys(DISTRICT, Reach.DISTRICT)
    | dict.fromkeys(DEPARTMENT | {Role.INSPECTOR}, Reach.REFERRED)
    | dict.fromkeys(CITY, Reach.CITY)
    | {Role.CITY_FINANCE: Reach.CITY, Role.DISTRICT_FINANCE: Reach.DISTRICT}
    | dict.fromkeys({Role.ADMINISTRATOR, Role.SECURITY_OFFICER}, Reach.PUBLISHED)
)
CASE_REACH: dict[Role, Reach] = REACH | dict.fromkeys(FINANCE, Reach.PUBLISHED)
"""How far a role sees records of enterprises and what becomes of them: finance offices only what is published."""
READ_ONLY = frozenset({Role.AUDITOR})
"""Roles that read and never write."""


def excludes(one: Role, other: Role) -> bool:
    """Whether nobody may hold both roles.

    Each keeper's duty excludes every other duty, inspectors are outsiders, and officials, those of finance
    included, hold no office in an enterprise (Civil Servants Law §59(16)).
    """
    if one == other:
        return False
    alone = KEEPERS | {Role.INSPECTOR}
    sides = {one in ENTERPRISE, other in ENTERPRISE} == {True, False} and bool({one, other} & (OFFICIALS | FINANCE))
    return one in alone or other in alone or sides
