# ruff: noqa: S608 - statements are put together from names of tables of ours
"""Words → the enterprises whose names and codes contain them, by whichever way is quickest in the database.

Three ways lead to the rows:

- the index of codes, where the only word is a code, or the beginning of one, of an enterprise in question: pairs of
  digits are so frequent that the search index would have to compare most of its entries sixteen times;
- the search index (``index.py``), where at most ``MOST`` enterprises contain the words: it gives all, to be sorted;
- comparing where very many do (杭州): going along the order asked for, fifty are soon found; a file holds most of the
  rows anyway.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from zongbu.desk.enterprises.listing.criteria import MOST
from zongbu.desk.enterprises.listing.index import INDEX, TABLE
from zongbu.desk.enterprises.listing.text import pairs, words
from zongbu.desk.enterprises.models import Enterprise

CODE = re.compile(r"[0-9A-Z]{2}[0-9]{6}[0-9A-Z]{2,10}")
"""A unified code or its beginning: office, kind, division, and at least two signs of the organisation's own."""


class Search:
    """What is looked for and, once asked, how many enterprises contain it."""

    def __init__(self, text: str) -> None:
        self.words = words(text)
        self.sought = bool(text.strip())

    def filter(self, found: QuerySet[Enterprise]) -> QuerySet[Enterprise]:
        """Those whose code begins with the only word; where there are none, those that contain every word.

        What enterprises outside of ``found`` have as their codes makes no difference.
        """
        if not self.words:
            return found.none() if self.sought else found
        if self._code and (of_code := found.filter(_begins(self._code))).exists():
            return of_code
        if self._containing <= MOST:
            sql, parameters = _indexed(self.words)
            found = found.filter(pk__in=RawSQL(sql, parameters))  # noqa: S611 - values are parameters
            if connection.vendor == "sqlite":  # it knows the order of the grams itself
                return found
        for word in self.words:
            found = found.filter(search__contains=f" {pairs(word)} ")
        return found

    @property
    def number(self) -> int:
        """How many ``filter`` finds among all enterprises; nothing is counted beyond ``MOST + 1``."""
        of_code = Enterprise.objects.filter(_begins(self._code))[: MOST + 1].count() if self._code else 0
        return of_code or self._containing

    @property
    def _code(self) -> str:
        only = self.words[0].upper() if len(self.words) == 1 else ""
        return only if CODE.fullmatch(only) else ""

    @cached_property
    def _containing(self) -> int:
        """How many enterprises contain every word, up to ``MOST + 1``."""
        sql, parameters = _indexed(self.words)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM ({sql} LIMIT {MOST + 1}) AS found", parameters)
            return int(cursor.fetchone()[0])


def _begins(code: str) -> Q:
    """Codes that begin so, as the database's index of codes can be asked."""
    if connection.vendor == "postgresql":
        return Q(uscc__startswith=code)
    return Q(uscc__gte=code, uscc__lt=f"{code}[")  # "[" follows Z


def _indexed(sought: Sequence[str]) -> tuple[str, list[Any]]:
    """SQL for the keys of the enterprises that the search index finds."""
    if connection.vendor == "postgresql":
        grams = list(dict.fromkeys(gram for word in sought for gram in pairs(word).split(" ")))
        return f"SELECT id FROM {TABLE} WHERE string_to_array(search, ' ') @> %s", [grams]
    phrases = " AND ".join(f'"{pairs(word)}"' for word in sought)  # letters, digits and blanks only
    return f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH %s", [phrases]
