"""Fields that databases do not have alike."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone


class DocumentField(models.TextField):  # type: ignore[type-arg]  # the stubs alone know it as generic
    """A record as plain data, kept as the text of its JSON.

    PostgreSQL's own JSON forgets the order of keys. A record that is to come out word for word years later keeps it.
    """

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        return json.loads(value) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))


def this_moment() -> datetime:
    """The default of a moment: asked of the clock when a row is made, also where the clock was set to another day."""
    return timezone.now()
