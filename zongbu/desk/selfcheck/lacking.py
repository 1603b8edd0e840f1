"""What a result lacks, arranged for a reader: what every way out needs is said once, sets are spelled out.

The engine follows the formulas, in which alternatives stand within alternatives and repeat what they share.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import reduce

from django.utils.translation import gettext as _

from zongbu.law import nodes
from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.view import Short
from zongbu.law.explain.words import word

Way = tuple[Short, ...]


def arranged(shorts: Iterable[Short], spelled: Mapping[str, str] | None = None) -> Way:
    """What is lacking, every line once where that says the same.

    What all alternatives need is lifted out of them, what is needed anyway is left out of them, and alternatives
    within alternatives become one list; the order stays, the nearest first. No alternative is dropped because another
    needs less: what is not known yet does not count as lacking, so that the shorter one may be no way out at all. One
    of which nothing is left says so (``rest``).

    Args:
        spelled: words to replace, such as the name of a set by its name and members.
    """
    lifted = _all_of([_spelled(short, spelled or {}) for short in shorts])
    return tuple(map(_flat, _without(lifted, ())))


def rest() -> Short:
    """Stands for an alternative that lacks nothing but what is needed anyway, as far as is known."""
    return Short(_("另一条途径，除此以外没有已知不满足的条件"), "")


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
    """Plain lines first, alternatives after them, each once; what alternatives share stands before them."""
    found: list[Short] = []
    for short in shorts:
        for one in _either(short) if short.ways else (short,):
            if not _holds(found, one):
                found.append(one)
    return tuple(sorted(found, key=lambda one: bool(one.ways)))


def _either(short: Short) -> Way:
    """A list of alternatives: what they share, then what sets them apart."""
    ways = list(map(_all_of, short.ways))
    shared = [one for one in ways[0] if all(_holds(way, one) for way in ways[1:])]
    return (*shared, *_set_apart(short, ways, shared))


def _without(shorts: Way, needed: Way) -> Way:
    """What is left where ``needed`` has to be there anyway; within alternatives also what stands beside them."""
    kept = tuple(one for one in shorts if not _holds(needed, one))
    found: list[Short] = []
    for short in kept:
        anyway = (*needed, *(one for one in kept if one is not short))
        ways = [_without(way, anyway) for way in short.ways]
        found += _set_apart(short, ways, ()) if ways else [short]
    return tuple(found)


def _set_apart(short: Short, ways: Iterable[Way], shared: Iterable[Short]) -> list[Short]:
    """The alternatives without what they share, each once; nothing where that leaves nothing to choose from."""
    apart = list(dict.fromkeys(tuple(one for one in way if not _holds(shared, one)) for way in ways))
    if not any(apart):
        return []
    return [replace(short, ways=tuple(way or (rest(),) for way in apart))] if len(apart) > 1 else list(apart[0])


def _flat(short: Short) -> Short:
    """Alternatives that consist of alternatives only become part of the list."""
    ways: dict[Way, None] = {}
    for way in short.ways:
        inner = tuple(map(_flat, way))
        ways |= dict.fromkeys(inner[0].ways if len(inner) == 1 and inner[0].ways else (inner,))
    return replace(short, ways=tuple(ways))


def _holds(shorts: Iterable[Short], short: Short) -> bool:
    return any(one.text == short.text and one.ways == short.ways for one in shorts)
