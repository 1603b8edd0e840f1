"""Who may ask for the routes of the support desk. Which cases they see is the business of ``queries.py``."""

from zongbu.desk.people.access import Access

ROUTES: dict[str, Access] = {}
