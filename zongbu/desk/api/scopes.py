"""What a token may be used for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role


class Scope(models.TextChoices):
    """A token holds one or several; beyond them it may do nothing, whatever its owner may do on the pages."""

    ASSESS = "assess", _("评估一家企业")
    READ = "enterprises:read", _("读企业和事实")
    WRITE = "enterprises:write", _("建档、记录事实")
    SCREEN = "screen", _("批量筛查")
    APPLICATIONS = "applications:read", _("读认定批次和申请")
    APPLY = "applications:write", _("填写、提交、撤回认定申请")


HOLDERS: dict[Scope, frozenset[Role]] = {
    Scope.ASSESS: ENTERPRISE | DISTRICT | DEPARTMENT | CITY | {Role.LEADING_GROUP},
    Scope.READ: ENTERPRISE | DISTRICT | DEPARTMENT | CITY | {Role.LEADING_GROUP},
    Scope.WRITE: ENTERPRISE | DISTRICT | DEPARTMENT | CITY,
    Scope.SCREEN: DISTRICT | CITY | {Role.LEADING_GROUP},
    Scope.APPLICATIONS: ENTERPRISE | DISTRICT | DEPARTMENT | CITY | {Role.LEADING_GROUP},
    Scope.APPLY: ENTERPRISE,
}
"""Scope → the roles whose tokens may hold it."""


def scopes_for(role: Role) -> tuple[Scope, ...]:
    """The scopes that a token of a role may hold."""
    return tuple(scope for scope in Scope if role in HOLDERS[scope])
