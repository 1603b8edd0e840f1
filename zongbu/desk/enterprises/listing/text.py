"""What names and codes are searched by: pairs of neighbouring characters, so that any part of a name is found.

Chinese writes no blanks between words; a part of a name may be one character or ten. Each name is folded
(half-width, lower case, letters and digits alone) and kept as its pairs in order and its single characters:
海康威视 → ``海康 康威 威视 海 康 威 视``. Looking for 康威视 is then looking for ``康威 威视`` side by side, looking
for 康 is looking for the word ``康``; any full-text index that can split at blanks does it.
"""

from __future__ import annotations

from collections.abc import Iterable

from zongbu.law.facts.text import half_width

LONGEST = 100
"""Characters of a query that count; more is never typed."""
MOST_WORDS = 8


def fold(text: str) -> str:
    """``text`` as it is compared: half-width, lower case, without blanks, brackets and punctuation."""
    return "".join(character for character in half_width(text).lower() if character.isalnum())


def pairs(word: str) -> str:
    """A folded word as its pairs in order; a single character as itself: 康威视 → ``康威 威视``."""
    if len(word) < 2:
        return word
    return " ".join(word[place : place + 2] for place in range(len(word) - 1))


def grams(names: Iterable[str]) -> str:
    """What is kept for an enterprise: of each name and code the pairs in order, then its characters once each.

    Begins and ends with a blank, so that a gram can be looked for with a blank on either side.
    """
    parts = []
    for name in dict.fromkeys(filter(None, map(fold, names))):
        parts.append(pairs(name))
        if len(name) > 1:  # the characters stand between two names: no pairs are side by side across them
            parts.append(" ".join(dict.fromkeys(name)))
    return f" {' '.join(parts)} " if parts else ""


def words(query: str) -> tuple[str, ...]:
    """The folded words of a query; all of them have to be found, in any order."""
    folded = (fold(word) for word in half_width(query[:LONGEST]).split())
    return tuple(dict.fromkeys(filter(None, folded)))[:MOST_WORDS]


def name_key(name: str) -> str:
    """A key that sorts names nearly by pinyin on every database.

    GB 18030 keeps the order of GB 2312, whose 3755 commoner characters lie by pinyin; the rarer ones follow by
    radical. Latin letters and digits come first. In hexadecimal: databases compare it byte by byte.
    """
    return half_width(name).lower().encode("gb18030", "replace").hex()[:120]
