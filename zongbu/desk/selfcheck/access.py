"""Who may ask for the routes of the self-check: everybody checks, officials screen, auditors read what they found."""

from dataclasses import replace

from zongbu.desk.kernel.roles import CITY, DISTRICT, ENTERPRISE, Role
from zongbu.desk.people.access import EVERYBODY, only

SCREENERS = CITY | DISTRICT | {Role.LEADING_GROUP}
"""They screen the enterprises of their scope."""
READERS = SCREENERS | {Role.AUDITOR}
"""They read screenings."""

ROUTES = {
    "selfcheck:start": EVERYBODY,
    "selfcheck:question": EVERYBODY,
    "selfcheck:result": EVERYBODY,
    "selfcheck:all": EVERYBODY,
    "selfcheck:shared": EVERYBODY,
    "selfcheck:hand_over": only(ENTERPRISE),
    "selfcheck:declare": only(ENTERPRISE),
    "selfcheck:screenings": only(READERS),
    "selfcheck:screen": only(SCREENERS),
    "selfcheck:screening": only(READERS),
    "selfcheck:progress": only(READERS),
    "selfcheck:cancel": only(SCREENERS),
    "selfcheck:row": only(READERS),
    # Sent as a form, because it is journalled; auditors, who change nothing else, take files away too.
    "selfcheck:export": replace(only(READERS), own=True),
}
