"""The WSGI application that gunicorn serves."""

import logging
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zongbu.desk.config.settings")
application = get_wsgi_application()


def warm_up() -> None:
    """Load policies, routes and templates, so that nobody's first request waits for them; a failure is only logged."""
    from django.template.loader import get_template
    from django.urls import get_resolver

    from zongbu.desk.library.policies import policies

    try:
        policies()
        _ = get_resolver().reverse_dict  # imports the views
        for page in ("front/home.html", "front/desk.html", "selfcheck/result.html", "selfcheck/question.html"):
            get_template(page)
    except Exception:
        logging.getLogger(__name__).exception("warming up failed")


warm_up()
