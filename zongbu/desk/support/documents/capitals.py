"""Amounts in capital characters, as payment documents write them: 壹佰万元整."""

from __future__ import annotations

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def capitals(fen: int) -> str:
    """An amount in capital characters (会计基础工作规范 §52): ``壹佰万元整``, ``壹仟零伍元叁角整``, ``玖分``.

    Raises:
        ValueError: below zero, or 10^16 yuan and more.
    """
    yuan, rest = divmod(fen, 100)
    if fen < 0 or yuan >= 10**16:
        raise ValueError(fen)
    jiao, fen_digit = divmod(rest, 10)
    whole = f"{_whole(yuan)}元" if yuan else ""
    if not rest:
        return f"{whole or '零元'}整"
    small = f"{_DIGITS[jiao]}角" if jiao else ("零" if whole else "")
    return whole + small + (f"{_DIGITS[fen_digit]}分" if fen_digit else "整")


def _whole(yuan: int) -> str:
    groups = []
    while yuan:
        yuan, group = divmod(yuan, 10**4)
        groups.append(group)
    found, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(found)
            continue
        if found and (gap or group < 1000):
            found += "零"
        found += _four(group) + _GROUPS[place]
        gap = False
    return found


def _four(group: int) -> str:
    found, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(found)
            continue
        found += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return found
