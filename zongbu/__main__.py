"""``python -m zongbu``."""

from zongbu.cli import run

run()
