"""What a result lacks, arranged for a reader: what every way out needs is said once, sets are spelled out.

The engine follows the formulas, in which alternatives stand within alternatives and repeat what they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from zongbu.law import nodes
from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.view import Short
from zongbu.law.explain.words import word

Way = tuple[Short, ...]


def arranged(shorts: Iterable[Short], spelled: Mapping[str, str] | None = None) -> Way:
    """What is lacking, as few lines as say the same.

    Alternatives within alternatives become one list; what all of them need is lifted out of them; one that needs all
    that another needs, and more, is left out, and so are alternatives that others open along with them. The order
    stays: the nearest first.

    Args:
        spelled: words to replace, such as the name of a set by its name and members.
    """
    return _all_of([_spelled(short, spelled or {}) for short in shorts])


def sets_spelled(assessment: Assessment, lang: str) -> dict[str, str]:
    """``属于 认可交易所`` → ``属于 认可交易所（上海证券交易所、…）``, for every set of options that is known."""
    assessor = assessment.assessor
    names, book, joint = assessor.names(lang), assessment.book(lang), "、" if lang == "zh" else ", "
    found: dict[str, str] = {}
    for rule in assessor.policy.rules.values():
        for node in nodes.walk(rule.node):
            if not isinstance(node, nodes.Member) or not isinstance(node.collection, nodes.ParameterRef):
                continue
            published = assessor.parameters[node.collection.identifier].value
            options = node.value.type.options
            if not isinstance(published, tuple) or not options:
                continue
            title = names.parameter(node.collection.identifier)
            members = joint.join(names.choice(options, one) for one in published)
            found[f"{word('member', lang)} {title}"] = f"{word('member', lang)} {book.bracketed(title, members)}"
    return found


def _spelled(short: Short, spelled: Mapping[str, str]) -> Short:
    ways = tuple(tuple(_spelled(one, spelled) for one in way) for way in short.ways)
    return replace(short, text=reduce(lambda text, pair: text.replace(*pair), spelled.items(), short.text), ways=ways)


def _all_of(shorts: Iterable[Short]) -> Way:
    """Plain lines once each, then the alternatives without what is needed anyway."""
    plain: dict[str, Short] = {}
    either: list[Short] = []
    for short in shorts:
        for one in _either(short) if short.ways else (short,):
            if one.ways:
                either.append(one)
            else:
                plain.setdefault(one.text, one)
    found: dict[Short, None] = {}
    for short in either:
        anyway = [one for one in (*plain.values(), *either) if one is not short]
        ways = [tuple(one for one in way if not _holds(anyway, one)) for way in short.ways]
        if all(ways):  # otherwise what is needed anyway opens one of them
            found[replace(short, ways=tuple(ways))] = None
    kept = list(found)
    for short in found:
        if any(_opens(other, short) for other in kept if other is not short):
            kept.remove(short)
    return (*plain.values(), *kept)


def _opens(one: Short, other: Short) -> bool:
    """Whether whoever goes any of the ways of ``one`` has gone a way of ``other`` too."""
    return all(any(all(_holds(way, part) for part in least) for least in other.ways) for way in one.ways)


def _either(short: Short) -> Way:
    """A list of alternatives: what they share first, then what sets them apart."""
    ways: list[Way] = []
    for way in map(_all_of, short.ways):
        inner = way[0].ways if len(way) == 1 and way[0].ways else (way,)
        ways += [one for one in inner if one not in ways]
    if not ways or not all(ways):
        return ()
    shared = [one for one in ways[0] if all(_holds(way, one) for way in ways[1:])]
    apart = [tuple(one for one in way if not _holds(shared, one)) for way in ways]
    if not all(apart):  # what they share is all that the nearest of them needs
        return tuple(shared)
    least = [way for way in apart if not any(_more(way, other) for other in apart)]
    return (*shared, *least[0]) if len(least) == 1 else (*shared, replace(short, ways=tuple(least)))


def _holds(way: Iterable[Short], short: Short) -> bool:
    return any(one.text == short.text and one.ways == short.ways for one in way)


def _more(way: Way, other: Way) -> bool:
    """Whether a way needs all that another needs, and more."""
    return len(way) > len(other) and all(_holds(way, one) for one in other)
