"""An assessment in a terminal, for rich: answers on top, reasons as trees, what to do next at the end."""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from zongbu.law.explain.assessment import Assessment
from zongbu.law.explain.outline import outline
from zongbu.law.explain.view import Answer, Line, Outline, ReadingNote, Row, Short
from zongbu.law.explain.words import label, word

STYLES = {"met": "green", "not_met": "red", "undetermined": "yellow", "plain": ""}
HEADING = "bold blue"
QUIET = "dim"
AMBER = "bold yellow"


def render(assessment: Assessment, lang: str = "zh") -> RenderableType:
    """An assessment as a rich renderable, in a language (``zh`` or ``en``).

    Header, results, remarks, reasons, missing facts, shortfalls and the readings that matter. Signs and words
    say what colours say, so that it reads the same without them.
    """
    view = outline(assessment, lang)
    parts = [_header(view), _results(view), _remarks(view), _reasons(view)]
    parts += [_missing(view), _shortfalls(view), _readings(view)]
    return Group(*(part for group in parts for part in group))


def to_text(assessment: Assessment, lang: str = "zh", width: int = 100) -> str:
    """An assessment as plain text, without colours; ``width`` in columns (a Chinese character takes two)."""
    console = Console(width=width, color_system=None, force_terminal=False, legacy_windows=False)
    with console.capture() as capture:
        console.print(render(assessment, lang))
    return "\n".join(line.rstrip() for line in capture.get().split("\n"))


def _header(view: Outline) -> Iterable[RenderableType]:
    yield Text(view.enterprise or word("unnamed", view.lang), style="bold")
    title = Text(view.title)
    if details := [part for part in (view.number, view.status) if part]:
        title.append("  " + " · ".join(details), style=QUIET)
    yield title
    yield Text(
        f"{label('base_date', view.lang)} {view.as_of} · {label('version', view.lang)} {view.version[:12]}",
        style=QUIET,
    )


def _results(view: Outline) -> Iterable[RenderableType]:
    table = _table(word("result", view.lang), word("answer", view.lang), word("clause", view.lang))
    for row in view.results:
        answer = _answer(row.answer)
        for reason in row.why:
            answer.append(f"\n{reason}", style=QUIET)
        table.add_row(Text(row.title), answer, _clause(row))
    yield Text()
    yield table


def _remarks(view: Outline) -> Iterable[RenderableType]:
    if view.remarks:
        yield Text()
    for remark in view.remarks:
        yield Text(f"！{remark}" if view.lang == "zh" else f"! {remark}", style=AMBER)


def _reasons(view: Outline) -> Iterable[RenderableType]:
    yield from _heading(word("because", view.lang))
    for row in view.results:
        yield _tree(row)
    if view.supporting:
        yield from _heading(word("supporting", view.lang))
        for row in view.supporting:
            yield _tree(row)


def _missing(view: Outline) -> Iterable[RenderableType]:
    if not view.missing:
        return
    yield from _heading(word("missing_facts", view.lang))
    yield Text(word("missing_intro", view.lang), style=QUIET)
    table = _table(word("fact", view.lang), word("supplier", view.lang), word("decides", view.lang))
    for gap in view.missing:
        table.add_row(Text(gap.title), Text(gap.supplier), Text(word("list_comma", view.lang).join(gap.decides)))
    yield table


def _shortfalls(view: Outline) -> Iterable[RenderableType]:
    if not view.shortfalls:
        return
    yield from _heading(word("shortfalls", view.lang))
    for row, shorts in view.shortfalls:
        title = Text(row.title, style="bold")
        title.append(f"  {row.clause}", style=QUIET)
        tree = Tree(title, guide_style=QUIET)
        _add_shorts(tree, shorts, view.lang)
        yield tree


def _add_shorts(tree: Tree, shorts: Iterable[Short], lang: str) -> None:
    for short in shorts:
        if not short.ways:
            line = Text(short.text)
            line.append(f"  {short.clause}", style=QUIET)
            tree.add(line)
            continue
        ways = tree.add(Text(word("ways_in", lang)))
        for number, way in enumerate(short.ways, 1):
            branch = ways.add(Text(word("way", lang, number), style="bold" if number == 1 else ""))
            _add_shorts(branch, way, lang)


def _readings(view: Outline) -> Iterable[RenderableType]:
    if not view.readings:
        return
    yield from _heading(word("readings", view.lang))
    yield Text(word("readings_intro", view.lang), style=QUIET)
    for note in view.readings:
        yield _reading(note, view.lang)


def _reading(note: ReadingNote, lang: str) -> Tree:
    head = Text(note.title, style="bold")
    head.append(f"  {note.clause}  {word('reading_used', lang, note.used)}", style=QUIET)
    tree = Tree(head, guide_style=QUIET)
    for change in note.changes:
        option = Text(word("reading_other", lang, change.option))
        if change.meaning:
            option.append(f"  {change.meaning}", style=QUIET)
        branch = tree.add(option)
        for title, before, after in change.results:
            branch.add(Text(word("becomes", lang, title, before, after)))
    return tree


# --- pieces ----------------------------------------------------------------------------------------------


def _heading(text: str) -> Iterable[RenderableType]:
    yield Text()
    yield Text(text, style=HEADING)


def _table(*titles: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    return table


def _answer(answer: Answer) -> Text:
    return Text(str(answer), style=STYLES[answer.tone])


def _clause(row: Row) -> Text:
    text = Text(row.clause)
    if row.clause_title:
        text.append(f" {row.clause_title}", style=QUIET)
    return text


def _tree(row: Row) -> Tree:
    tree = Tree(_line(row.because, None), guide_style=QUIET)
    _grow(tree, row.because)
    return tree


def _grow(tree: Tree, line: Line) -> None:
    for child in line.children:
        # A clause is named where it is another than that of the line above.
        _grow(tree.add(_line(child, line.clause)), child)


def _line(line: Line, above: str | None) -> Text:
    text = Text()
    text.append(line.answer.sign, style=f"bold {STYLES[line.answer.tone]}")
    text.append(f" {line.text}", style="" if line.decisive else QUIET)
    if line.clause != above:
        text.append(f"  {line.clause}", style=QUIET)
    return text
