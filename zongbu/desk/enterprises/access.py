"""Who may ask for the routes of the register. Which enterprises they see is the business of ``queries.py``."""

from zongbu.desk.enterprises.exchange.access import ROUTES as EXCHANGE_ROUTES
from zongbu.desk.enterprises.listing.access import ROUTES as LISTING_ROUTES
from zongbu.desk.kernel.roles import CITY, DEPARTMENT, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import only

READERS = ENTERPRISE | DISTRICT | DEPARTMENT | CITY | {Role.LEADING_GROUP, Role.INSPECTOR, Role.AUDITOR}
"""Whoever sees any enterprise at all."""
RECORDERS = DISTRICT | CITY
"""They record what registers say and what happened."""
FINDERS = DEPARTMENT | DISTRICT | CITY
KEEPERS_OF_GROUPS = ENTERPRISE | RECORDERS

ROUTES = {
    **LISTING_ROUTES,
    **EXCHANGE_ROUTES,
    "enterprises:mine": only(ENTERPRISE),
    "enterprises:register": only(KEEPERS_OF_GROUPS),
    "enterprises:evidence": only(READERS),
    "enterprises:delete_file": only(ENTERPRISE, RECORDERS, FINDERS),
    "enterprises:detail": only(READERS),
    "enterprises:cases": only(READERS),
    "enterprises:journal": only(READERS),
    "enterprises:assessments": only(READERS),
    "enterprises:refer": only(RECORDERS),
    "enterprises:end_referral": only(RECORDERS),
    "enterprises:upload": only(ENTERPRISE, RECORDERS, FINDERS),
    "enterprises:facts": only(READERS),
    "enterprises:declare": only(ENTERPRISE),
    "enterprises:draft": only(ENTERPRISE),
    "enterprises:discard": only(ENTERPRISE),
    "enterprises:fact": only(READERS),
    "enterprises:record": only(RECORDERS),
    "enterprises:find": only(FINDERS),
    "enterprises:group": only(READERS),
    "enterprises:tie": only(KEEPERS_OF_GROUPS),
    "enterprises:proposals": only(KEEPERS_OF_GROUPS),
    "enterprises:answer_tie": only(KEEPERS_OF_GROUPS),
    "enterprises:end_tie": only(KEEPERS_OF_GROUPS),
    "enterprises:withdraw_tie": only(KEEPERS_OF_GROUPS),
    "enterprises:adopt": only(RECORDERS),
    "enterprises:claim": only(KEEPERS_OF_GROUPS),
    "enterprises:release": only(KEEPERS_OF_GROUPS),
    "enterprises:events": only(READERS),
    "enterprises:change": only(RECORDERS),
    "enterprises:withdraw_change": only(RECORDERS),
    "enterprises:listing": only(RECORDERS),
    "enterprises:remove_listing": only(RECORDERS),
    "enterprises:withdraw_listing": only(RECORDERS),
    "enterprises:ban": only(CITY),
    "enterprises:withdraw_ban": only(CITY),
}
