"""Who may ask for the routes of recognition. Which cases they see is the business of ``queries.py``."""

from zongbu.desk.recognition.access import applying, office, public, titles
from zongbu.desk.recognition.stars import access as stars

ROUTES = {**applying.ROUTES, **office.ROUTES, **public.ROUTES, **stars.ROUTES, **titles.ROUTES}
