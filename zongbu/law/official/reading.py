"""The plain text of an official document → its articles, cited as policy files cite them.

The text comes out of a PDF or a word processor: lines break in the middle of sentences, spaces stand inside
numbers, pages leave their numbers behind. A heading is therefore never known by its look alone. It must
stand at the start of a line, the sentence before it must be complete, and its number must be the next one.

Understood: chapters 一、 or 第一章, articles （一）, items 1. or 1、 below an article or a chapter, and the
unnumbered closing paragraph 本意见自…施行. Deeper lists （1） ① stay in the text of their item.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zongbu.law.errors import InputError
from zongbu.law.official.numerals import value_of

CLOSING = "施行"
"""Citation of the closing paragraph, which says from when the document applies."""

_BOOKMARK = re.compile(r"\[bookmark:[^\]]*\]")
_PAGE_NUMBER = re.compile(r"[—–－\-]+\d+[—–－\-]+")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"

_N = "[一二三四五六七八九十百零〇]+"
_CHAPTER = re.compile(rf"第(?P<formal>{_N})章|(?P<plain>{_N})、(?!{_N}、)")
_ARTICLE = re.compile(rf"[（(](?P<number>{_N})[）)](?![、，；。]|项(?!目))")
_ITEM = re.compile(r"(?P<number>\d{1,2})(?:[.．](?!\d)|[.．](?=\d{4}年)|、)")
_CLOSING = re.compile(
    r"本(?:实施|若干|暂行)*(?:意见|办法|细则|规定|规则|政策|措施|方案|通知|条例|文件)"
    r"[^。；]{0,40}自[^。；]{1,40}?(?:施行|实施|执行|生效)"
)

_STOPS = "。！？"
_PAUSES = _STOPS + "；："
_QUOTES = "”’』」》）)"
_PUNCTUATION = re.compile(r"[。；：，！？]")
_TITLE = re.compile(r"(?P<title>[^。：；，！？]{1,40})[。：]")

_DAY = re.compile(
    r"(?:\d{4}|[〇○零一二三四五六七八九]{4})年[\d一二三四五六七八九十]{1,2}月[\d一二三四五六七八九十]{1,3}日(?:印发)?"
)
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[［(（]\d{4}[〕\]］)）]第?\d+号")
_AFTERWORD = re.compile(r"附件|附表|抄送|主题词|（此件|\(此件")


@dataclass(frozen=True, slots=True)
class Article:
    """A numbered passage of an official document, without the passages below it.

    ``citation`` is （三）2; ``title`` is empty where the passage has none. ``text`` is free of line breaks,
    page numbers and stray spaces and begins with ``mark``, the number as printed (empty for the closing
    paragraph). ``raw`` is the same passage exactly as it stands in the file, ``first_line`` and
    ``last_line`` its lines there, counting from 1. ``above`` cites the passages it lies in, outermost first.
    ``digest`` is the SHA-256 of ``text``: it changes with the wording, never with the layout.
    """

    citation: str
    title: str
    text: str
    first_line: int
    last_line: int
    digest: str
    mark: str
    above: tuple[str, ...]
    raw: str


@dataclass(frozen=True, slots=True)
class OfficialText:
    """A whole document. ``preamble`` + the articles' ``raw`` + ``trailer`` is the file, to the character.

    ``preamble`` holds title, number and addressees, ``trailer`` signature, date and copy list.
    """

    preamble: str
    articles: tuple[Article, ...]
    trailer: str

    @property
    def document_number(self) -> str:
        """The 文号 in the preamble (杭政办〔2023〕3号), or an empty text."""
        lines = (squeeze(line)[0] for line in io.StringIO(self.preamble))
        return next((found[0] for line in lines if (found := _NUMBER.search(line))), "")


def read_official(text: str) -> tuple[Article, ...]:
    """The articles of an official document, in order; see ``split_official``."""
    return split_official(text).articles


def split_official(text: str) -> OfficialText:
    """Split an official document into preamble, articles and trailer, so that nothing is lost.

    Where the numbering of articles starts again in each chapter, their citations carry the chapter: 二（一）.

    Raises:
        InputError: the text has no numbered passage at all.
    """
    lines = list(io.StringIO(text, newline=""))
    flat = [squeeze(line)[0] for line in lines]
    headings = _headings(flat)
    if not headings:
        raise InputError(
            "官方文本中找不到任何条款编号（一、 第一章 （一） 1.）。请确认文件是政策全文的纯文本、UTF-8 编码"
        )
    end = _trailer(flat, headings[-1].line)
    margin = _margin(flat[headings[0].line : end])
    citations = _citations(headings)
    articles = []
    for number, heading in enumerate(headings):
        following = headings[number + 1] if number + 1 < len(headings) else None
        stop = following.line if following else end
        own = [index for index in range(heading.line, stop) if flat[index]]
        raw = "".join(lines[heading.line : stop])
        passage = squeeze(raw)[0]
        has_children = following is not None and following.level > heading.level
        citation, above = citations[number]
        articles.append(
            Article(
                citation=citation,
                title=_title(heading, passage, flat[heading.line], margin, has_children),
                text=passage,
                first_line=heading.line + 1,
                last_line=own[-1] + 1,
                digest=hashlib.sha256(passage.encode()).hexdigest(),
                mark=heading.mark,
                above=above,
                raw=raw,
            )
        )
    return OfficialText("".join(lines[: headings[0].line]), tuple(articles), "".join(lines[end:]))


def squeeze(raw: str) -> tuple[str, list[int]]:
    """Text without line breaks, stray spaces, page numbers and bookmarks, and the line of each character.

    Lines count from 0 within ``raw``. A space stays only between Latin words; torn digits are joined.
    """
    characters: list[str] = []
    places: list[int] = []
    gap = False
    for number, line in enumerate(io.StringIO(raw, newline="")):
        line = _BOOKMARK.sub("", line)
        if _PAGE_NUMBER.fullmatch("".join(line.split())):
            continue
        for character in line:
            if character.isspace():
                gap = True
            elif character not in _INVISIBLE:
                if gap and characters and _needs_space(characters[-1], character):
                    characters.append(" ")
                    places.append(number)
                characters.append(character)
                places.append(number)
                gap = False
    return "".join(characters), places


def _needs_space(left: str, right: str) -> bool:
    both_latin = left.isascii() and left.isalnum() and right.isascii() and right.isalnum()
    return both_latin and not (left.isdigit() and right.isdigit())


@dataclass(frozen=True, slots=True)
class _Heading:
    line: int
    level: Literal[0, 1, 2, 3]
    label: str
    mark: str
    number: int = 0


_CHAPTER_LEVEL, _ARTICLE_LEVEL, _ITEM_LEVEL = 1, 2, 3


def _headings(flat: Sequence[str]) -> list[_Heading]:
    found: list[_Heading] = []
    last = {_CHAPTER_LEVEL: 0, _ARTICLE_LEVEL: 0, _ITEM_LEVEL: 0}
    formal: bool | None = None
    since = previous = ""  # what has been read since the last heading; the last line of it
    short = 0.75 * _margin(flat)
    for index, line in enumerate(flat):
        if not line:
            continue
        ended = since.rstrip(_QUOTES)[-1:]
        # a title needs no full stop, if its last line ends well before the margin
        only_title = not _PUNCTUATION.search(since) and len(previous) < short
        full_stop = not found or ended in _STOPS or only_title
        previous = line
        heading: _Heading | None = None
        if full_stop or ended in _PAUSES:
            if match := _CHAPTER.match(line):
                number = value_of(match["formal"] or match["plain"]) or 0
                is_formal = match["formal"] is not None
                if full_stop and formal in (None, is_formal) and number == last[_CHAPTER_LEVEL] + 1:
                    label = f"第{match['formal']}章" if is_formal else match["plain"]
                    heading = _Heading(index, 1, label, match[0], number)
                    formal = is_formal
            elif match := _ARTICLE.match(line):
                number = value_of(match["number"]) or 0
                if _follows(number, found, last[_ARTICLE_LEVEL], full_stop):
                    heading = _Heading(index, 2, f"（{match['number']}）", match[0], number)
            elif found and (match := _ITEM.match(line)):
                number = int(match["number"])
                runs_on = _runs_on(flat, index, number, len(match[0]))
                if number == last[_ITEM_LEVEL] + 1 and (full_stop or not runs_on):
                    heading = _Heading(index, 3, str(number), match[0], number)
            elif found and full_stop and _CLOSING.match("".join(flat[index : index + 8])):
                found.append(_Heading(index, 0, CLOSING, ""))
                return found
        if heading is None:
            since += line
            continue
        found.append(heading)
        since = line
        last[heading.level] = heading.number
        if heading.level < _ITEM_LEVEL:
            last[_ITEM_LEVEL] = 0
    return found


def _follows(number: int, found: list[_Heading], last: int, full_stop: bool) -> bool:
    """Whether an article of this number may stand here: the next one, or the first of a chapter.

    A gap in the numbering of the document itself is accepted only after a complete sentence.
    """
    if number == last + 1:
        return True
    chapter_is_open = bool(found) and found[-1].level == _CHAPTER_LEVEL
    return (number == 1 and chapter_is_open) or (full_stop and number > last > 0)


def _runs_on(flat: Sequence[str], index: int, number: int, skip: int) -> bool:
    """Whether the list goes on in the middle of a line: then it is part of a sentence, not a row of items."""
    following = re.compile(rf"[；，、;,]{number + 1}[.．、]")
    for line in [flat[index][skip:], *flat[index + 1 :]]:
        if _ITEM.match(line) or _ARTICLE.match(line) or _CHAPTER.match(line):
            return False
        if following.search(line):
            return True
    return False


def _citations(headings: Sequence[_Heading]) -> list[tuple[str, tuple[str, ...]]]:
    articles = [heading.number for heading in headings if heading.level == _ARTICLE_LEVEL]
    restarts = any(later <= earlier for earlier, later in itertools.pairwise(articles))
    citations: list[tuple[str, tuple[str, ...]]] = []
    chapter = article = ""
    for heading in headings:
        if heading.level == _CHAPTER_LEVEL:
            chapter, article = heading.label, ""
            citations.append((chapter, ()))
        elif heading.level == _ARTICLE_LEVEL:
            article = chapter + heading.label if restarts else heading.label
            citations.append((article, (chapter,) if chapter else ()))
        elif heading.level == _ITEM_LEVEL:
            above = tuple(citation for citation in (chapter, article) if citation)
            citations.append(((article or chapter) + heading.label, above))
        else:
            citations.append((heading.label, ()))
    return citations


def _margin(flat: Sequence[str]) -> int:
    """The usual length of a full line; a few longer ones (tables, headers) do not count."""
    lengths = sorted(len(line) for line in flat if line)
    return max([20, *lengths[int(0.8 * (len(lengths) - 1)) :][:1]])


def _title(heading: _Heading, passage: str, first: str, margin: int, has_children: bool) -> str:
    reaches_margin = len(first) >= 0.75 * margin
    body, first = passage.removeprefix(heading.mark), first.removeprefix(heading.mark)
    if heading.level == 0 or not body:
        return ""
    if body == first and not _PUNCTUATION.search(body):
        return body
    # a line that ends well before the margin was not broken by the layout: the title stands alone on it
    if first and first != body and not _PUNCTUATION.search(first) and not reaches_margin:
        return first
    match = _TITLE.match(body)
    if match and (has_children or match.end() < len(body)):
        return match["title"]
    return body if has_children and len(body) <= 40 and not _PUNCTUATION.search(body) else ""


def _trailer(flat: Sequence[str], last_heading: int) -> int:
    """The line on which signature, date or copy list begins, after the last numbered passage."""
    written = [index for index in range(last_heading, len(flat)) if flat[index]]
    for position, index in enumerate(written[1:], 1):
        if flat[written[position - 1]].rstrip(_QUOTES)[-1:] not in _STOPS:
            continue
        if _AFTERWORD.match(flat[index]) or _signed([flat[later] for later in written[position:]]):
            return index
    return len(flat)


def _signed(lines: Sequence[str]) -> bool:
    """Whether the lines begin with a signature: names of offices, if any, and then a date."""
    for line in lines:
        if _DAY.fullmatch(line):
            return True
        if len(line) > 40 or _PUNCTUATION.search(line):
            return False
    return False
