"""What keeps an unsafe service from starting, and the secret of a local one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

MODES = ("local", "production")
SHORTEST_SECRET = 50
"""Characters that a production secret must have at least (Django's own check asks for as many)."""


def local_secret(data: Path) -> str:
    """The secret of a local service: made once, kept in its data folder, readable by its owner alone."""
    file = data / "secret-key"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process was quicker
            pass
        else:
            with os.fdopen(descriptor, "w") as made:
                made.write(secrets.token_urlsafe(64))
    return file.read_text().strip()


def refuse_unsafe(mode: str, settings: Mapping[str, Any]) -> None:
    """Refuse settings that must not serve real people.

    Raises:
        ImproperlyConfigured: the mode is unknown, or production lacks a secret, hosts or secure cookies, or has DEBUG.
    """
    if mode not in MODES:
        raise ImproperlyConfigured(f"ZONGBU_MODE is {mode!r}; it may be {' or '.join(MODES)}")
    if mode == "local":
        return
    faults = []
    secret = settings["SECRET_KEY"]
    if len(secret) < SHORTEST_SECRET or len(set(secret)) < 5 or secret.startswith("django-insecure"):
        faults.append(f"ZONGBU_SECRET_KEY must be a secret of at least {SHORTEST_SECRET} characters")
    if settings["DEBUG"]:
        faults.append("ZONGBU_DEBUG must not be set")
    if not settings["SECURE"] or not settings["SESSION_COOKIE_SECURE"] or not settings["CSRF_COOKIE_SECURE"]:
        faults.append("ZONGBU_SECURE must not be off: cookies would travel unprotected")
    if not settings["ALLOWED_HOSTS"] or "*" in settings["ALLOWED_HOSTS"]:
        faults.append("ZONGBU_HOSTS must list the names under which the service is reached")
    if faults:
        raise ImproperlyConfigured("unsafe for production: " + "; ".join(faults))
