"""An assessment as one HTML page: no script, nothing fetched, readable on a phone, printed well on A4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from html import escape

from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.outline import outline
from zongbu.law.explain.style import STYLE
from zongbu.law.explain.view import Answer, Figure, Line, Outline, ReadingNote, Row, Short
from zongbu.law.explain.words import label, word

LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
# Whatever a name or a note may contain: nothing in the page runs, and nothing is fetched.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(assessment: Assessment, lang: str = "zh") -> str:
    """An assessment as a self-contained HTML page, in a language (``zh`` or ``en``).

    The because-trees are ``<details>`` elements, open along the branch that decides.
    """
    view = outline(assessment, lang)
    sections = (_remarks, _results, _missing, _shortfalls, _readings, _reasons, _facts, _parameters)
    body = "\n".join(part for section in sections for part in section(view))
    title = " · ".join(part for part in (view.enterprise, view.title) if part)
    return f"""<!DOCTYPE html>
<html lang="{LANGUAGE_TAGS[lang]}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
{_header(view)}
{body}
</main>
<footer>
<p>{escape(word("colophon", lang))} {escape(word("not_official", lang))}</p>
<p>{escape(label("version", lang))} <code>{escape(view.version)}</code></p>
</footer>
</body>
</html>
"""


# --- sections --------------------------------------------------------------------------------------------


def _header(view: Outline) -> str:
    entries = "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(text)}</dd></div>" for name, text in view.head)
    return (
        f"<header><h1>{escape(view.enterprise or word('unnamed', view.lang))}</h1>"
        f'<p class="policy" lang="zh-CN">{escape(view.title)}</p><dl class="head">{entries}</dl></header>'
    )


def _remarks(view: Outline) -> Iterator[str]:
    if view.remarks:
        items = "".join(f"<li>{escape(remark)}</li>" for remark in view.remarks)
        yield f'<aside class="remarks"><h2>{escape(word("remarks", view.lang))}</h2><ul>{items}</ul></aside>'


def _results(view: Outline) -> Iterator[str]:
    rows = []
    for row in view.results:
        why = "".join(f"<small>{escape(reason)}</small>" for reason in row.why)
        title = f'<a href="#{_anchor(row.identifier)}">{escape(row.title)}</a>'
        rows.append((title, _answer(row.answer) + why, _clause(row)))
    yield from _section(view, "results", _table(view, ("result", "answer", "clause"), rows))


def _missing(view: Outline) -> Iterator[str]:
    if not view.missing:
        return
    rows = []
    for gap in view.missing:
        note = f"<small>{escape(gap.definition)}</small>" if gap.definition else ""
        decides = escape(word("list_comma", view.lang).join(gap.decides))
        rows.append((escape(gap.title) + note, escape(gap.supplier), decides))
    table = _table(view, ("fact", "supplier", "decides"), rows)
    yield from _section(view, "missing_facts", f"<p>{escape(word('missing_intro', view.lang))}</p>{table}")


def _shortfalls(view: Outline) -> Iterator[str]:
    if not view.shortfalls:
        return
    parts = [
        f"<h3>{_answer(row.answer)} {escape(row.title)} {_cited(row.clause)}</h3>{_shorts(shorts, view.lang)}"
        for row, shorts in view.shortfalls
    ]
    yield from _section(view, "shortfalls", "".join(parts))


def _shorts(shorts: Iterable[Short], lang: str) -> str:
    items = []
    for short in shorts:
        if short.ways:
            ways = "".join(
                f"<li><strong>{escape(word('way', lang, number))}</strong>{_shorts(way, lang)}</li>"
                for number, way in enumerate(short.ways, 1)
            )
            items.append(f'<li>{escape(word("ways_in", lang))}<ul class="ways">{ways}</ul></li>')
        else:
            items.append(f"<li>{escape(short.text)} {_cited(short.clause)}{_bar(short.share, lang)}</li>")
    return f"<ul>{''.join(items)}</ul>"


def _bar(share: Fraction | None, lang: str) -> str:
    """A distance as a bar; the figures beside it say the same."""
    if share is None:
        return ""
    percent = f"{float(share) * 100:.1f}"
    text = escape(word("have_of", lang, f"{percent}%"))
    return (
        f'<svg class="bar" role="img" aria-label="{text}" viewBox="0 0 100 4" preserveAspectRatio="none">'
        f'<title>{text}</title><rect class="need" width="100" height="4"/>'
        f'<rect class="have" width="{percent}" height="4"/></svg>'
    )


def _readings(view: Outline) -> Iterator[str]:
    if view.readings:
        intro = f"<p>{escape(word('readings_intro', view.lang))}</p>"
        yield from _section(view, "readings", intro + "".join(_reading(note, view.lang) for note in view.readings))


def _reading(note: ReadingNote, lang: str) -> str:
    items = []
    for change in note.changes:
        meaning = f" <small>{escape(change.meaning)}</small>" if change.meaning else ""
        colon = "：" if lang == "zh" else ": "
        results = "".join(
            f"<li>{escape(title)}{colon}{_answer(before)} → {_answer(after)}</li>"
            for title, before, after in change.results
        )
        items.append(f"<li>{escape(word('reading_other', lang, change.option))}{meaning}<ul>{results}</ul></li>")
    used = escape(word("reading_used", lang, note.used))
    return f"<h3>{escape(note.title)} {_cited(note.clause)}</h3><p>{used}</p><ul>{''.join(items)}</ul>"


def _reasons(view: Outline) -> Iterator[str]:
    yield from _section(view, "because", "".join(_reason(row) for row in view.results))
    if view.supporting:
        yield from _section(view, "supporting", "".join(_reason(row) for row in view.supporting))


def _reason(row: Row) -> str:
    return (
        f'<article id="{_anchor(row.identifier)}"><h3>{_answer(row.answer)} {escape(row.title)} '
        f"{_clause(row)}</h3>{_tree(row.because.children, row.because.clause)}</article>"
    )


def _facts(view: Outline) -> Iterator[str]:
    if view.facts:
        rows = [(escape(fact.title), escape(fact.value), escape(fact.source)) for fact in view.facts]
        yield from _section(view, "facts", _table(view, ("fact", "value", "source"), rows))


def _parameters(view: Outline) -> Iterator[str]:
    if view.parameters:
        rows = [
            (escape(entry.title), escape(entry.value), _source(entry), _cited(entry.clause))
            for entry in view.parameters
        ]
        yield from _section(view, "parameters", _table(view, ("parameter", "value", "source", "clause"), rows))


def _source(entry: Figure) -> str:
    return f'<span class="marked">{escape(entry.source)}</span>' if entry.marked else escape(entry.source)


# --- pieces ----------------------------------------------------------------------------------------------


def _section(view: Outline, key: str, content: str) -> Iterator[str]:
    yield f'<section class="{key}"><h2>{escape(word(key, view.lang))}</h2>{content}</section>'


def _table(view: Outline, keys: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table that becomes a list of cards on a phone; each cell then carries its column's title."""
    titles = [escape(label(key, view.lang)) for key in keys]
    head = "".join(f'<th scope="col" role="columnheader">{title}</th>' for title in titles)
    body = []
    for first, *others in rows:
        cells = "".join(
            f'<td role="cell" data-title="{title}">{cell}</td>' for title, cell in zip(titles[1:], others, strict=True)
        )
        body.append(f'<tr role="row"><th scope="row" role="rowheader">{first}</th>{cells}</tr>')
    # The roles are spelled out because display:block, which a phone gets, takes them away.
    return (
        f'<table role="table"><thead role="rowgroup"><tr role="row">{head}</tr></thead>'
        f'<tbody role="rowgroup">{"".join(body)}</tbody></table>'
    )


def _tree(lines: Iterable[Line], clause: str) -> str:
    items = []
    for line in lines:
        text = _line(line, clause)
        if line.children:
            is_open = " open" if line.decisive else ""
            inner = _tree(line.children, line.clause)
            items.append(f"<li><details{is_open}><summary>{text}</summary>{inner}</details></li>")
        else:
            items.append(f'<li class="leaf">{text}</li>')
    return f'<ul class="tree">{"".join(items)}</ul>' if items else ""


def _line(line: Line, above: str) -> str:
    text = escape(line.text)
    if line.refers_to:
        text = f'<a href="#{_anchor(line.refers_to)}">{text}</a>'
    cited = f" {_cited(line.clause)}" if line.clause != above else ""
    kind = "line" if line.decisive else "line aside"
    return f'<span class="{kind}">{_sign(line.answer)}<span>{text}{cited}</span></span>'


def _sign(answer: Answer) -> str:
    """The sign alone; its word is there for those who do not see it."""
    spoken = f'<span class="spoken">{escape(answer.text)} </span>' if answer.text else ""
    return f'<b class="{answer.tone}" aria-hidden="true">{escape(answer.sign)}</b>{spoken}'


def _answer(answer: Answer) -> str:
    sign = f'<b aria-hidden="true">{escape(answer.sign)}</b> ' if answer.sign else ""
    return f'<span class="answer {answer.tone}">{sign}{escape(answer.text)}</span>'


def _clause(row: Row) -> str:
    title = f' <span class="quiet">{escape(row.clause_title)}</span>' if row.clause_title else ""
    return f"{_cited(row.clause)}{title}"


def _cited(clause: str) -> str:
    return f'<cite lang="zh-CN">{escape(clause)}</cite>'


def _anchor(identifier: str) -> str:
    return f"r-{escape(identifier)}"
