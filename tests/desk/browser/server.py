"""The service as the browser tests meet it: a process of its own with its own database, files stamped as in production.

python -m tests.desk.browser.server FOLDER    prepares, prints one line of JSON, serves until its input ends

The line says the address, a session cookie for every role, and the address (or what went wrong) of every page.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
import traceback
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from tests.desk.browser.pages import PAGES, PUBLIC


def main(folder: Path) -> None:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="zongbu.desk.config.settings",
        ZONGBU_MODE="local",
        ZONGBU_DATA=str(folder),
        ZONGBU_PASSWORD_HASHERS="django.contrib.auth.hashers.MD5PasswordHasher",
        ZONGBU_SECOND_FACTOR="false",
        ZONGBU_SESSION_SECONDS="7200",
    )
    os.environ.pop("DATABASE_URL", None)
    import django

    django.setup()

    from django.core.management import call_command
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
    from django.core.wsgi import get_wsgi_application

    from zongbu.desk.operation.prepare import migrate

    migrate()
    call_command("collectstatic", interactive=False, verbosity=0)
    told = prepare()

    class Quiet(WSGIRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    server = ThreadedWSGIServer(("127.0.0.1", 0), Quiet)
    server.set_app(get_wsgi_application())
    told["address"] = f"http://localhost:{server.server_address[1]}"
    # Whoever started us holds the other end of our input; we go when they are gone, however they went.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    print(json.dumps(told), flush=True)
    server.serve_forever()


def prepare() -> dict[str, Any]:
    """Somebody signed in for every role, and what the pages show."""
    from allauth.account.internal.flows.login import record_authentication
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from zongbu.desk.demo import load
    from zongbu.desk.kernel.roles import Role
    from zongbu.desk.kernel.scope import Viewer
    from zongbu.desk.people.models import Membership
    from zongbu.desk.people.viewers import viewer_as

    load(60, 1)
    viewers, cookies = {PUBLIC: Viewer()}, {}
    for role in Role:
        if role == Role.PUBLIC:
            continue
        membership = Membership.objects.select_related("person", "organisation").filter(role=role).earliest("pk")
        person = membership.person
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        # Signed in just now, so that pages about one's own account do not ask again who one is.
        just_now = SimpleNamespace(session=session)
        record_authentication(just_now, person, "password", reauthenticated=True, at=time.time() + 3600)
        session.create()
        viewers[role.value], cookies[role.value] = viewer_as(membership, person), session.session_key
    pages = {}
    for page in PAGES:
        try:
            pages[page.name] = page.address if isinstance(page.address, str) else page.address(viewers[page.role])
        except Exception:
            pages[page.name] = {"error": traceback.format_exc()}
    return {"pages": pages, "cookies": cookies}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
