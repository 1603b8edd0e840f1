"""QR codes as drawings."""

from __future__ import annotations

import io
from functools import lru_cache

import segno


@lru_cache(maxsize=2048)
def qr(text: str) -> str:
    """A QR code as SVG without a border, medium error correction: for ``image(bytes(…), format: "svg")``.

    Kept: choosing the most readable pattern takes ten milliseconds, and a print run needs each code twice.
    """
    file = io.BytesIO()
    segno.make(text, error="m", micro=False).save(file, kind="svg", border=0, xmldecl=False, nl=False)
    return file.getvalue().decode()
