"""Reading the body of a request: numbers exactly as they are written, never by way of binary fractions."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from ninja.parser import Parser


class ExactParser(Parser):
    """JSON in which 12.34 stays 12.34."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The body as plain data.

        Raises:
            ValueError: no JSON, nested too deeply, or a number that JSON does not know.
        """
        try:
            return json.loads(request.body, parse_float=Decimal, parse_constant=_refuse)
        except RecursionError:
            raise ValueError("nested too deeply") from None


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number in JSON")
