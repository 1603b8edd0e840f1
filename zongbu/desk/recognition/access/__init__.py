"""Who may ask for the routes of recognition. Which cases they see is the business of ``queries.py``."""

from zongbu.desk.recognition.access import applying, office, public, titles

ROUTES = {**applying.ROUTES, **office.ROUTES, **public.ROUTES, **titles.ROUTES}
