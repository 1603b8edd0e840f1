"""Who may ask for the routes of the support desk. Which cases they see is the business of ``queries.py``."""

from zongbu.desk.support.access import finance, office, own, quotas

ROUTES = {
    **finance.ROUTES,
    **office.ROUTES,
    **own.ROUTES,
    **quotas.ROUTES,
}
