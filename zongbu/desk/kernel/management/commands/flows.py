"""``manage flows`` writes docs/flows.md from the flow tables; ``--check`` fails where it is not what they say."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from zongbu.desk.kernel.flow.diagram import document
from zongbu.desk.kernel.flow.table import declared


class Command(BaseCommand):
    help = "Writes the diagrams and tables of all flows to docs/flows.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail where the file is out of date.")
        parser.add_argument("--output", type=Path, default=settings.PROJECT / "docs" / "flows.md")

    def handle(self, *args: Any, check: bool, output: Path, **options: Any) -> None:
        text = document(declared())
        if not check:
            output.write_text(text, "utf-8")
            return
        if not output.exists() or output.read_text("utf-8") != text:
            raise CommandError(f"{output.name} is not what the flow tables say; run `manage flows`")
