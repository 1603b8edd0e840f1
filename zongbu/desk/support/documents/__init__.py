"""The documents of the support desk."""

from zongbu.desk.support.documents.letters import WITH_LETTER, letter

__all__ = ["WITH_LETTER", "letter"]
