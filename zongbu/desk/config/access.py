"""Who may ask for the routes of the project itself and of the libraries that bring pages."""

from dataclasses import replace

from zongbu.desk.kernel.roles import Role
from zongbu.desk.people.access import EVERYBODY, MEMBERS, OWN, only

AUDITING = replace(only(Role.AUDITOR), own=True)
"""Auditors alone; their exports and verifications are forms, though they change nothing but the journal itself."""

ROUTES = {
    "home": EVERYBODY,
    "desk": MEMBERS,
    "search": EVERYBODY,
    "year": OWN,
    "health": EVERYBODY,
    "metrics": EVERYBODY,
    "set_language": EVERYBODY,
    "kernel:journal": AUDITING,
    "kernel:entry": AUDITING,
    "kernel:export": AUDITING,
    "kernel:verification": AUDITING,
    "kernel:calendar": only(Role.ADMINISTRATOR, Role.AUDITOR),
    "kernel:calendar_year": only(Role.ADMINISTRATOR, Role.AUDITOR),
    "kernel:calendar_import": only(Role.ADMINISTRATOR),
}
