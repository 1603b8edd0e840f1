"""Django made ready for a command of ours."""

from __future__ import annotations

import os


def start(mode: str | None = None) -> None:
    """Load the settings and the apps; ``mode`` is used where the environment does not say ``ZONGBU_MODE``."""
    import django

    if mode is not None:
        os.environ.setdefault("ZONGBU_MODE", mode)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zongbu.desk.config.settings")
    os.umask(0o077)  # database, evidence and backups hold what is nobody else's business
    django.setup()
