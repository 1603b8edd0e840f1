"""Documents as PDF: typst templates, filled with data, in the shared layouts of ``layouts/``.

A template is a ``.typ`` file anywhere below ``zongbu/desk``::

    #import "/kernel/documents/layouts/official.typ": *
    #show: official.with(title: "公示", date: data.date)

``render(template, data)`` gives the bytes of a PDF/A-2b: fonts are embedded, a character without a glyph is refused
instead of printed as a box, and the same template with the same data gives the same bytes, whenever it is rendered.
"""

from zongbu.desk.kernel.documents.rendering import FONTS, CannotPrint, FontsMissing, fonts, render
from zongbu.desk.kernel.documents.signs import qr

__all__ = ["FONTS", "CannotPrint", "FontsMissing", "fonts", "qr", "render"]
