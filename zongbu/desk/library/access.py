"""Who may ask for the pages of the library: policies are everybody's, entering and deciding is the city office's."""

from zongbu.desk.kernel.roles import CITY, Role
from zongbu.desk.people.access import EVERYBODY, only

_CITY = only(CITY)
_INSIDE = only(CITY, Role.LEADING_GROUP, Role.AUDITOR)

ROUTES = {
    "library:policies": EVERYBODY,
    "library:search": EVERYBODY,
    "library:compare": EVERYBODY,
    "library:facts": EVERYBODY,
    "library:fact": EVERYBODY,
    "library:policy": EVERYBODY,
    "library:print": EVERYBODY,
    "library:clause": EVERYBODY,
    "library:rule": EVERYBODY,
    "library:parameter": EVERYBODY,
    "library:measure": EVERYBODY,
    "library:consultations": EVERYBODY,
    "library:consultation": EVERYBODY,
    "library:comment": EVERYBODY,
    "library:values": _INSIDE,
    "library:value": _INSIDE,
    "library:suspensions": _INSIDE,
    "library:suspension": _INSIDE,
    "library:comments": _INSIDE,
    "library:export": _INSIDE,
    "library:value_act": _CITY,
    "library:propose": _CITY,
    "library:suspension_act": _CITY,
    "library:suspend": _CITY,
    "library:review": _CITY,
    "library:official": _CITY,
    "library:consult": _CITY,
    "library:moderate": _CITY,
    "library:summary": _CITY,
    "library:close": only(Role.CITY_LEAD),
}
