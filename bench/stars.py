"""Scoring a whole city: ``python bench/stars.py [ENTERPRISES]``, ten indicators, every way of normalising.

Prints how long the statement takes and how long until every row is there, explained indicator by indicator.
"""

from __future__ import annotations

import os
import sys
import time
from decimal import Decimal
from random import Random
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zongbu.desk.config.settings")
os.environ.setdefault("ZONGBU_MODE", "local")


def main(enterprises: int) -> None:
    import django

    django.setup()
    from zongbu.desk.recognition.stars.definition import Definition, Item, Missing, Normalisation, Tier
    from zongbu.desk.recognition.stars.scoring import score

    draw = Random(1)
    ways, rules = list(Normalisation), [Missing.ZERO, Missing.LOWEST, Missing.LEFT_OUT]
    items = tuple(
        Item(
            f"k{number}",
            f"{number}",
            Decimal(10),
            normalisation=ways[number % 3],
            missing=rules[number % 3],
            lower=Decimal(0),
            upper=Decimal(10**9),
        )
        for number in range(10)
    )
    tiers = (Tier(5, "5", Decimal(20)), Tier(4, "4", Decimal(30)), Tier(3, "3", Decimal(50)), Tier(2, "2"))
    definition = Definition(items, tiers, "quota", ("k0", "k1"))

    def value() -> str:
        return f"{draw.randrange(10**12) / 100:.2f}" if draw.random() < 0.9 else ""

    rows: Any = [(key, [value() for _item in items]) for key in range(enterprises)]
    began = time.perf_counter()
    found = score(definition, rows)
    next(found)
    first = time.perf_counter() - began
    number = 1 + sum(1 for _one in found)
    print(f"{number:,} enterprises: first row after {first:.1f} s, all after {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
