"""Who may ask for the routes of the project itself and of the libraries that bring pages."""

from zongbu.desk.people.access import EVERYBODY, MEMBERS

ROUTES = {
    "home": EVERYBODY,
    "desk": MEMBERS,
    "search": MEMBERS,
    "year": MEMBERS,
    "health": EVERYBODY,
    "metrics": EVERYBODY,
    "set_language": EVERYBODY,
}
