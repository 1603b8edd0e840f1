"""The meaning of a raw value: what people write in JSON, YAML, CSV and Excel → one exact value or unknown.

This is the only place that decides it. ``tables.py`` has SQL shortcuts for text that is clean already;
tests hold them to :func:`parse`. No amount ever passes through floating-point arithmetic: a float is
taken as the shortest decimal that writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from math import isnan
from typing import Final, TypeAlias

from zongbu.law.errors import InputError
from zongbu.law.facts.dictionary import Fact, closest
from zongbu.law.facts.text import BLANKS, half_width, word_key
from zongbu.law.facts.words import FALSE_WORDS, TRUE_WORDS, UNKNOWN_WORDS

Value: TypeAlias = str | bool | int | Decimal | date | None
"""str: text, code, choice · bool: boolean · int: integer · Decimal: money, ratio · date · None: unknown"""

AMOUNT_LIMIT: Final = Decimal(10) ** 16
"""Amounts are below this many yuan: what DECIMAL(18,2) holds."""
INTEGER_LIMIT: Final = 10**9
FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2999
"""Later years are sentinels; arithmetic on them (a date + 2年) would leave the range of ``date``."""

RATIO_LIMIT: Final = 1000

# Own context: the caller's precision must not change what an amount means.
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)
_FEN: Final = Decimal("0.01")
_NOISE: Final = Decimal("1e-8")
_LAST_PLACES: Final = Decimal("5e-16")
_MILLIONTH: Final = Decimal("0.000001")
_ONE: Final = Decimal(1)
_CHINA: Final = timezone(timedelta(hours=8))
_EXCEL_EPOCH: Final = date(1899, 12, 30)
_EXCEL_DAYS: Final = range(18264, 73051)  # 1950-01-01 … 2099-12-31

_BOOLEANS: Final = dict.fromkeys(TRUE_WORDS, True) | dict.fromkeys(FALSE_WORDS, False)
_FOREIGN: Final = re.compile(r"\$|美元|美金|港元|港币|欧元|日元|英镑|€|£|usd|hkd|eur|jpy|gbp")
_VAGUE: Final = re.compile(r"约|近|超|逾|余|多|以上|以下|左右|不足|不低于|不超过|[<>≥≤~～+至到]|\d-\d")
_EXCEL_ERRORS: Final = re.compile(r"#(ref!|div/0!|value!|name\?|num!|null!|spill!|calc!|#+)?")
_PLAIN: Final = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,6})?")
_GROUPED: Final = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+|[0-9]+)(?:\.[0-9]*)?|\.[0-9]+"
_NUMBER: Final = re.compile(rf"({_GROUPED})(?:e([+-]?[0-9]{{1,3}}))? ?([十百千万亿]*) ?")
_CURRENCY: Final = re.compile(r"^(?:人民币|rmb|cny) ?:? ?")
_BRACKETS: Final = re.compile(r"\((.*)\)")  # accountants write (5) for -5
_SIGN: Final = re.compile(r"(¥ ?)?([+-]) ?")
_YUAN_SIGN: Final = re.compile(r"^¥ ?")
_SCALES: Final = {
    small + large: Decimal(10 ** (lesser + greater))
    for large, greater in (("", 0), ("万", 4), ("亿", 8), ("万亿", 12))
    for small, lesser in (("", 0), ("十", 1), ("百", 2), ("千", 3))
}
_BEFORE_TIME: Final = re.compile(r"\s+(?=[0-9]{1,2}:)")
_WHOLE_FLOAT: Final = re.compile(r"(?<=^[0-9]{8})\.0+$")
_DATE: Final = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|/([0-9]{1,2})/([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|年([0-9]{1,2})月([0-9]{1,2})[日号]|([0-9]{2})([0-9]{2}))"
    r"(?:t[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:\+08(?::?00)?)?)?"
)
_INDUSTRY: Final = re.compile(r"([a-t]?)([0-9]{2,4})(?:\.0+)?(?:[-_:、]?[\u4e00-\u9fff].*)?")
_WITHOUT_ZERO: Final = (
    "111 112 113 119 121 122 123 131 132 133 134 141 142 143 149 151 152 153 154 159 161 162 163 164 169 "
    "170 171 179 181 182 190 211 212 220 230 231 232 241 242 251 252 311 312 313 314 315 319 321 322 323 329 "
    "330 390 391 392 399 411 412 421 422 511 512 513 514 515 519 521 522 523 529 530 531 532 539 540 541 549 "
    "610 620 690 711 712 721 722 810 820 890 911 912 913 914 915 916 917 919 921 922 929 931 932 933 939"
)
_ZERO_CLASSES: Final = frozenset(_WITHOUT_ZERO.split())
"""The classes (小类) of divisions 01 to 09 of GB/T 4754, editions 2011 and 2017, without their leading zero: what
spreadsheets make of 0134. 134 is a group (中类) of its own, so the number alone does not say which is meant."""


_LAST_DIVISIONS: Final = "a05 b12 c43 d46 e50 f52 g60 h62 i65 j69 k70 l72 m75 n79 o82 p83 q85 r90 s96 t97"
_SECTIONS: Final = tuple(_LAST_DIVISIONS.split())
"""The sections of GB/T 4754 with the last division of each."""


class BadValue(InputError):
    """A value that cannot be read; ``reason`` says in Chinese why and what to write instead."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def parse(fact: Fact, raw: object, *, scale: Decimal | int = 1) -> Value:
    """The value of ``raw`` for ``fact``; ``None`` when it says that the value is not known.

    ``raw`` is whatever a JSON, YAML, CSV, XLSX or Python source gives. ``scale`` is the unit of the column
    it comes from (10000 where the title says 万元, 1/100 for %); a unit written with the value wins.
    Money comes back in yuan with two places, a ratio with at most six (rounded half away from zero).
    Raises :class:`BadValue`.
    """
    if isinstance(raw, str):
        text = half_width(raw)
        if not text:
            return None
    elif raw is None or _is_nothing(raw):
        return None
    elif isinstance(raw, (bool, int, float, Decimal, date)):
        text = ""
    else:
        item = getattr(raw, "item", None)  # a NumPy scalar
        if item is None:
            raise BadValue(f"不能是{_kind_of(raw)}，应为单个值")
        return parse(fact, item(), scale=scale)
    return _PARSERS[fact.type](fact, raw, text, Decimal(scale))


_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Signs that nobody types and no table should hold: databases refuse some of them, files are taken for binary."""


def _is_nothing(raw: object) -> bool:
    if isinstance(raw, Decimal):
        return raw.is_nan()
    return (isinstance(raw, float) and isnan(raw)) or type(raw).__name__ in ("NaTType", "NAType")


def _kind_of(raw: object) -> str:
    kinds = {"list": "列表", "tuple": "列表", "dict": "表", "bytes": "二进制数据"}
    return kinds.get(type(raw).__name__, "这种数据")


def _is_unknown(text: str, fact: Fact) -> bool:
    key = word_key(text)
    return key in UNKNOWN_WORDS and key not in fact.words


# ---- text, codes and choices --------------------------------------------------------------------------


def _text_of(raw: object, text: str) -> str:
    """Text as it is; numbers as they are written by hand (6511.0, as Excel keeps a code, is 6511)."""
    if isinstance(raw, str):
        return text
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        if raw in (float("inf"), float("-inf")):
            raise BadValue("不是有限的数")
        return str(int(raw)) if raw.is_integer() else repr(raw)
    if isinstance(raw, Decimal):
        return str(int(raw)) if raw.is_finite() and raw == raw.to_integral_value() else str(raw)
    return str(raw)


def _parse_text(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    if isinstance(raw, str):
        text = raw.strip(BLANKS)
        if len(text) <= 8 and (not text or _is_unknown(text, fact) or text == "无"):
            return None
    else:
        text = _text_of(raw, text)
    if "\ufffd" in text:
        raise BadValue("含有乱码，请用正确的编码重新导出")
    if _CONTROL.search(text):
        raise BadValue("含有不可见的控制字符")
    return word_key(text).upper().replace("-", "") if fact.format == "uscc" else text


def _parse_choice(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    text = _text_of(raw, text)
    option = fact.words.get(word_key(text))
    if option is not None:
        return option
    if _is_unknown(text, fact) or word_key(text) == "无":
        return None
    raise BadValue(_unknown_option(fact, text))


def _unknown_option(fact: Fact, text: str) -> str:
    near = closest(word_key(text), fact.words)
    hint = f"，是不是「{fact.choices.get(fact.words[near], near)}」？" if near else "："
    return f"不在可选范围{hint}可填：{'、'.join(fact.choices.values())}"


def _section(code: str) -> str:
    """The letter of the section (门类) that a code's division belongs to, in lower case."""
    return next((section[0] for section in _SECTIONS if code[:2] <= section[1:]), "")


def _parse_code(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    if isinstance(raw, (bool, date)):
        raise BadValue("应为代码" + ("，这里是日期" if isinstance(raw, date) else ""))
    text = _text_of(raw, text)
    key = word_key(text)
    option = fact.words.get(key)
    if option is not None:
        return option
    if key in UNKNOWN_WORDS or key == "无":
        return None
    key = re.sub(r"(?<=[0-9])\.0+$", "", key)
    if fact.format == "industry":
        match = _INDUSTRY.fullmatch(key)
        if match is None:
            advice = "二至四位数字，可带门类字母，如 6513、I65；01 这类代码须保留前面的零"
            raise BadValue(f"应为国民经济行业代码：{advice}")
        letter, code = match.groups()
        if code in _ZERO_CLASSES and letter in ("", "a", "b") and letter != _section(code):
            group = f"{_section(code)}{code}".upper()
            raise BadValue(
                f"说不清是小类 0{code} 丢了前面的零，还是中类 {code}：小类请写四位 0{code}，中类请带门类字母 {group}"
            )
        return code
    if key in fact.words:
        return fact.words[key]
    if fact.format == "division":
        if re.fullmatch(r"[1-9][0-9]{5}", key):
            return key
        near = None if key.isdigit() else closest(key, fact.words)
        hint = f"，是不是「{fact.choices[fact.words[near]]}」？" if near else ""
        raise BadValue(f"应为六位行政区划代码或本市区、县（市）名称{hint}")
    if re.fullmatch(r"[0-9a-z._/-]+", key) is None:
        raise BadValue("应为代码，只含字母和数字")
    return key.upper()


# ---- yes and no ---------------------------------------------------------------------------------------


def _parse_boolean(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, (int, float, Decimal)):
        if raw in (0, 1):
            return raw == 1
    elif isinstance(raw, str):
        key = word_key(text)
        known = _BOOLEANS.get(key)
        if known is not None:
            return known
        if key in UNKNOWN_WORDS:
            return None
    raise BadValue("应为「是」或「否」")


# ---- numbers ------------------------------------------------------------------------------------------


def _number(fact: Fact, raw: object, text: str, scale: Decimal, units: str) -> Decimal | None:
    """The exact number, in units of the fact; ``units`` are the words for one unit, as a pattern."""
    if isinstance(raw, bool):
        raise BadValue("应为数字，这里是「是／否」")
    if isinstance(raw, date):
        raise BadValue("应为数字，这里是日期；请检查单元格格式")
    if isinstance(raw, (int, float, Decimal)):
        # repr of a float is the shortest decimal that writes it: 0.1 is 0.1
        if isinstance(raw, float):
            raw = Decimal(float.__repr__(raw))
        number = Decimal(raw)
        if not number.is_finite():
            raise BadValue("不是有限的数")
        return _times(number, scale)
    if _PLAIN.fullmatch(text):
        return _times(Decimal(text), scale)
    if word_key(text) in UNKNOWN_WORDS:
        return None
    return _written(text.lower(), scale, units)


def _times(number: Decimal, scale: Decimal) -> Decimal:
    return number if scale == 1 else _EXACT.multiply(number, scale)


def _written(text: str, scale: Decimal, units: str) -> Decimal:
    """A number with signs, separators and units as people write them; ``text`` is half-width, lower case."""
    body = _CURRENCY.sub("", text)
    negative = False
    if match := _BRACKETS.fullmatch(body):
        negative, body = True, match[1].strip(" ")
    if match := _SIGN.match(body):
        negative, body = negative or match[2] == "-", body[match.end() :]
    body = _YUAN_SIGN.sub("", body)
    bare = _unit_suffix(units).sub("", body)
    number = _sum_of_parts(bare, scale, explicit=bare != body)
    if number is None:
        raise BadValue(_why_no_number(text))
    return number.copy_negate() if negative else number


@lru_cache(maxsize=64)
def _unit_suffix(units: str) -> re.Pattern[str]:
    return re.compile(rf" ?(?:{units})$")


def _sum_of_parts(body: str, scale: Decimal, explicit: bool) -> Decimal | None:
    """12.3亿, or 3亿5000万: parts with falling factors; ``explicit``: 元 was written after the last one."""
    total, at, ceiling = Decimal(0), 0, Decimal("Infinity")
    while at < len(body):
        match = _NUMBER.match(body, at)
        if match is None:
            return None
        digits, exponent, unit = match[1], match[2], match[3]
        single = at == 0 and match.end() == len(body)
        if unit not in _SCALES or not (single or unit or explicit) or (exponent and not single):
            return None  # 3亿5: five what?
        part = Decimal(digits.replace(",", "").replace(" ", ""))
        if exponent:
            part = part.scaleb(int(exponent), _EXACT)
            if part and int(part.as_tuple().exponent) > 0:
                raise BadValue("是科学记数法，末尾几位可能已经丢失，请写出全部数字")
        factor = _SCALES[unit]
        part = _times(part, factor if unit or explicit else scale)
        if not single and part >= ceiling:
            return None  # 5000万3亿
        total, at, ceiling = _EXACT.add(total, part), match.end(), factor
    return total if at else None


def _why_no_number(text: str) -> str:
    if text == "无":
        return "「无」说不清是没有还是不知道：没有请填 0，不知道请留空"
    if _EXCEL_ERRORS.fullmatch(text):
        return "是 Excel 的错误值或没有显示全的单元格，请改成数字"
    if _FOREIGN.search(text):
        return "不是人民币，请折算成人民币再填"
    if text.endswith(("%", "‰")):
        return "应为数字，这里是百分数"
    if _VAGUE.search(text):
        return "应为一个确定的数，不能是约数或范围"
    if re.search(r"[0-9],", text):
        return "千分位逗号的位置不对，请直接写数字"
    return "应为数字"


def _settle(number: Decimal, unit: Decimal) -> Decimal | None:
    """``number`` on the grid of ``unit``, forgiving the noise that binary floating point leaves.

    ``None`` when it is off the grid: by more than 1e-8, or, for numbers so large that a double has no
    better, by more than two units of its last place (never more than a tenth of ``unit``).
    """
    settled = number.quantize(unit, ROUND_HALF_UP, _EXACT)
    if settled.is_zero():
        settled = settled.copy_abs()
    if settled == number:
        return settled
    size = number.copy_abs()
    allowed = max(_NOISE, min(_EXACT.multiply(size, _LAST_PLACES), _EXACT.divide(unit, Decimal(10))))
    return settled if _EXACT.subtract(number, settled).copy_abs() <= allowed else None


def _check_sign(fact: Fact, number: Decimal) -> None:
    if number < 0 and not fact.negative:
        raise BadValue("不能小于零")


def _parse_money(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    number = _number(fact, raw, text, scale, "元整|元|圆整|圆|块")
    if number is None:
        return None
    _check_sign(fact, number)
    if number.copy_abs() >= AMOUNT_LIMIT:
        raise BadValue("金额过大（达到一亿亿元），请检查单位和位数")
    settled = _settle(number, _FEN)
    if settled is None:
        raise BadValue("金额只能精确到分（折合成元后两位小数）")
    return settled


def _parse_integer(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    if fact.words and isinstance(raw, str):
        word = fact.words.get(word_key(text))
        if word is not None:
            return int(word)
    number = _number(fact, raw, text, scale, f"{re.escape(fact.unit)}|个" if fact.unit else "个")
    if number is None:
        return None
    _check_sign(fact, number)
    if number.copy_abs() >= INTEGER_LIMIT:
        raise BadValue("数目过大（达到十亿），请检查")
    settled = _settle(number, _ONE)
    if settled is None:
        raise BadValue("应为整数")
    return int(settled)


def _parse_ratio(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    if text.endswith(("%", "‰")):
        scale, text = Decimal("0.01" if text.endswith("%") else "0.001"), text[:-1].rstrip(" ")
        if not text:
            raise BadValue("应为比例，如 30% 或 0.3")
    number = _number(fact, raw, text, scale, "(?!)")
    if number is None:
        return None
    _check_sign(fact, number)
    # 30 may be meant as 30 %: nobody can tell, so it is asked for.
    if scale == 1 and number.copy_abs() > 1:
        raise BadValue("大于 1 的比例请写成百分数，如 30%、150%")
    if number.copy_abs() >= RATIO_LIMIT:
        raise BadValue("比例过大，请检查")
    settled = number.quantize(_MILLIONTH, ROUND_HALF_UP, _EXACT)
    return settled.copy_abs() if settled.is_zero() else settled


# ---- dates --------------------------------------------------------------------------------------------


def _parse_date(fact: Fact, raw: object, text: str, scale: Decimal) -> Value:
    if isinstance(raw, datetime):
        return _in_range(raw.astimezone(_CHINA).date() if raw.tzinfo else raw.date())
    if isinstance(raw, date):
        return _in_range(raw)
    if isinstance(raw, bool):
        raise BadValue("应为日期，如 2021-12-31")
    if not isinstance(raw, str):
        text = _text_of(raw, text)
    text = word_key(_BEFORE_TIME.sub("t", text))
    text = _WHOLE_FLOAT.sub("", text)
    match = _DATE.fullmatch(text)
    if match is not None:
        year, month, day = (int(part) for part in match.groups() if part is not None)
        try:
            return _in_range(date(year, month, day))
        except ValueError:
            raise BadValue(f"没有{year}年{month}月{day}日这一天") from None
    if text in UNKNOWN_WORDS or text == "无":
        return None
    serial = re.fullmatch(r"([0-9]{5})(?:\.[0-9]+)?", text)
    if serial is not None and int(serial[1]) in _EXCEL_DAYS:
        return _EXCEL_EPOCH + timedelta(days=int(serial[1]))
    if re.fullmatch(r"[0-9]{4}(?:[-/.年][0-9]{1,2}月?|年)?", text):
        raise BadValue("日期要写到日，如 2021-12-31")
    if re.fullmatch(r"[0-9]{1,2}[-/.年][0-9]{1,2}[-/.月][0-9]{1,4}日?", text):
        raise BadValue("日期请按年、月、日的次序写，年份写四位，如 2021-12-31")
    raise BadValue("应为日期，如 2021-12-31")


def _in_range(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadValue(f"年份须在 {FIRST_YEAR} 至 {LAST_YEAR} 之间")
    return day


_PARSERS: Final[dict[str, Callable[[Fact, object, str, Decimal], Value]]] = {
    "text": _parse_text,
    "code": _parse_code,
    "boolean": _parse_boolean,
    "integer": _parse_integer,
    "money": _parse_money,
    "ratio": _parse_ratio,
    "date": _parse_date,
    "choice": _parse_choice,
}
