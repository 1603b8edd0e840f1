"""The translations of the pages: compiled, checked against what the pages really say, and completed.

python tools/messages.py             compiles every django.po below zongbu/desk to a django.mo
python tools/messages.py --check     fails where a text has no English, where a translation is fuzzy, unused, lacks a
                                     placeholder, or where two apps translate one text differently
python tools/messages.py --update    adds what is missing to the .po of its app, with nothing as its translation: for
                                     somebody to fill in

Chinese is what the source says, so only English needs a catalogue. Templates and modules of an app belong to
zongbu/desk/<app>/locale, everything else to zongbu/desk/locale. A catalogue in another language than English (zh_Hans)
corrects translations of libraries and is compiled only.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[1]
DESK = ROOT / "zongbu" / "desk"
LANGUAGE = "en"
KEYWORDS: dict[str, object] = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
COUNTING = ("ngettext", "ngettext_lazy", "npgettext", "npgettext_lazy")
HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<![{%])\{\w*\}")

Key = tuple[str, str, str]
"""Context (or nothing), text, plural (or nothing)."""


@dataclass(frozen=True)
class Text:
    """A text that the pages say, and where it stands."""

    key: Key
    place: str


def main(arguments: list[str]) -> int:
    """Do what is asked for; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--check", action="store_true", help="fail where a translation is missing or wrong")
    which.add_argument("--update", action="store_true", help="add what is missing, with nothing as its translation")
    asked = parser.parse_args(arguments)
    if asked.update:
        return update()
    if asked.check:
        return check()
    compile_all()
    return 0


def compile_all() -> None:
    """Write the .mo beside every .po that is newer than it."""
    for source in sorted(DESK.glob("**/locale/*/LC_MESSAGES/django.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        written = io.BytesIO()
        write_mo(written, read(source))
        target.write_bytes(written.getvalue())


def check() -> int:
    """Say what is wrong with the translations; returns how the program ends."""
    wrong: list[str] = []
    translated: dict[Key, dict[str, str]] = defaultdict(dict)
    texts = by_owner()
    for owner in sorted({*texts, *(po.parents[3] for po in DESK.glob(f"**/locale/{LANGUAGE}/LC_MESSAGES/django.po"))}):
        file = catalogue(owner)
        name = file.relative_to(ROOT).as_posix()
        known = {key(message): message for message in read(file)} if file.exists() else {}
        said = {text.key: text.place for text in reversed(texts.get(owner, []))}
        for text, place in said.items():
            message = known.get(text)
            if message is None or not all(strings(message)):
                wrong.append(f"{place}: no English for {text[1]!r} (in {name})")
                continue
            if message.fuzzy:
                wrong.append(f"{name}: fuzzy: {text[1]!r}")
            wrong += [f"{name}: {fault}: {text[1]!r}" for fault in faults(message)]
            translated[text]["\n".join(strings(message))] = name
        wrong += [f"{name}: unused: {text[1]!r}" for text in known if text[1] and text not in said]
    for text, ways in translated.items():
        if len(ways) > 1:
            told = "; ".join(f"{name}: {way!r}" for way, name in ways.items())
            wrong.append(f"translated in several ways: {text[1]!r} ({told})")
    print("\n".join(wrong) if wrong else "every text of the pages has its English")
    return 1 if wrong else 0


def update() -> int:
    """Add what is missing to the catalogues."""
    for owner, texts in by_owner().items():
        file = catalogue(owner)
        known = {key(message) for message in read(file)} if file.exists() else set()
        missing = {text.key: text.place for text in reversed(texts) if text.key not in known}
        if not missing:
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a", encoding="utf-8") as written:
            if not written.tell():
                written.write(HEADER)
            for text, _ in reversed(missing.items()):
                written.write(entry(text))
        print(f"{len(missing)} to translate in {file.relative_to(ROOT)}")
    return 0


def entry(text: Key) -> str:
    """A text without translation, as it stands in a .po file."""
    context, single, plural = (part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for part in text)
    lines = ["", f'msgctxt "{context}"'] if context else [""]
    lines.append(f'msgid "{single}"')
    lines += [f'msgid_plural "{plural}"', 'msgstr[0] ""', 'msgstr[1] ""'] if plural else ['msgstr ""']
    return "\n".join(lines) + "\n"


def by_owner() -> dict[Path, list[Text]]:
    """What every app says, by the folder whose catalogue translates it."""
    found: dict[Path, list[Text]] = defaultdict(list)
    for file in sorted(DESK.glob("**/*")):
        if file.suffix not in (".py", ".html", ".txt") or {"migrations", "vendor"} & set(file.parts):
            continue
        for text in texts_of(file):
            found[owner_of(file)].append(text)
    return found


def owner_of(file: Path) -> Path:
    """The folder whose catalogue translates a file."""
    parts = file.relative_to(DESK).parts
    if parts[0] == "templates" and len(parts) > 2 and is_app(DESK / parts[1]):
        return DESK / parts[1]
    return DESK / parts[0] if is_app(DESK / parts[0]) else DESK


def is_app(folder: Path) -> bool:
    """Whether a folder is an app with a catalogue of its own; the frame's is that of the project."""
    return (folder / "apps.py").exists() and folder.name != "config"


def texts_of(file: Path) -> Iterator[Text]:
    """What a module or a template says."""
    source = file.read_text("utf-8")
    if file.suffix != ".py":
        if "{%" not in source and "_(" not in source:
            return
        from django.conf import settings
        from django.utils.translation.template import templatize

        if not settings.configured:
            settings.configure()
        # What is no text becomes a row of letters; indentation would only confuse the tokenizer.
        source = "\n".join(line.lstrip() for line in templatize(source, origin=str(file)).splitlines())
    for line, function, found, _ in extract_python(
        io.BytesIO(source.encode()), list(KEYWORDS), [], {"encoding": "utf-8"}
    ):
        text = key_of(function, found)
        if text is not None and text[1]:
            yield Text(text, f"{file.relative_to(ROOT).as_posix()}:{line}")


def key_of(function: str | None, found: object) -> Key | None:
    """Context, text and plural of a call, from its arguments."""
    given = list(found) if isinstance(found, (tuple, list)) else [found]
    context = ""
    if function and "pgettext" in function:
        context, given = str(given[0]), given[1:]
    if not given or not isinstance(given[0], str):
        return None
    plural = given[1] if function in COUNTING and len(given) > 1 else ""
    return context, given[0], plural if isinstance(plural, str) else ""


def read(file: Path) -> Catalog:
    with file.open("rb") as opened:
        return read_po(opened)


def catalogue(owner: Path) -> Path:
    return owner / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def key(message: Message) -> Key:
    single, plural = message.id if isinstance(message.id, (tuple, list)) else (message.id, "")
    return message.context or "", single, plural


def strings(message: Message) -> list[str]:
    """The translation, or all its plural forms."""
    return list(message.string) if isinstance(message.string, (tuple, list)) else [message.string]


def faults(message: Message) -> list[str]:
    """Placeholders that a translation has lost or invented. A singular may do without a number."""
    wanted = set(_PLACEHOLDER.findall(key(message)[1]))
    found = [set(_PLACEHOLDER.findall(string)) for string in strings(message)]
    if any(one - wanted for one in found):
        return ["invents a placeholder"]
    return ["lacks a placeholder"] if wanted - found[-1] else []


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
