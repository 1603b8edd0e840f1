"""What has to be done before the service can be used."""

from __future__ import annotations

from django.core.management import call_command


def migrate() -> None:
    """Bring the database to the present shape; quick when there is nothing to do."""
    call_command("migrate", interactive=False, verbosity=0)
