"""Who may ask for the routes of the interface. Within it tokens decide, not signing in."""

from __future__ import annotations

from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import EVERYBODY, only

_OPERATIONS = (
    "api-root", "openapi-json", "openapi-view", "list_policies", "read_policy", "list_facts", "assess",
    "list_enterprises", "open_enterprise", "read_enterprise", "read_facts", "record_facts", "start_screening",
    "read_screening", "list_rounds", "list_applications", "begin_application", "read_application", "fill_application",
    "hand_in", "submit_application", "withdraw_application",
)  # fmt: skip
_OWNERS = replace(only(ENTERPRISE, DISTRICT, DEPARTMENT, CITY, Role.LEADING_GROUP), administers=True)

ROUTES = {f"api-v1:{name}": EVERYBODY for name in _OPERATIONS} | {"api:tokens": _OWNERS, "api:revoke": _OWNERS}
