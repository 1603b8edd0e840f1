"""The two columns of an enterprise that exist for finding it, kept in step with its names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models

from zongbu.desk.enterprises.listing.text import grams, name_key


class Derived(models.TextField[str, str]):
    """A column worked out from others whenever a row is written, one by one or in bulk."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options |= {"editable": False, "default": ""}
        super().__init__(*args, **options)

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value: str = getattr(model_instance, f"derive_{self.attname}")()
        setattr(model_instance, self.attname, value)
        return value


class Searchable(models.Model):
    """Names and code in searchable form; needs ``name``, ``former_names`` and ``uscc``.

    ``save``, ``bulk_create`` and ``refresh`` keep the columns true; after ``QuerySet.update`` of a name call
    :func:`zongbu.desk.enterprises.listing.index.rebuild`.
    """

    if TYPE_CHECKING:
        name: str
        uscc: str
        former_names: Any

    search = Derived()
    name_key = Derived()

    class Meta:
        abstract = True

    def derive_search(self) -> str:
        return grams((self.name, *_names(self.former_names), self.uscc))

    def derive_name_key(self) -> str:
        return name_key(self.name)

    def refresh_derived(self) -> None:
        """Work the columns out anew; for ``bulk_update``, which asks no column."""
        self.search, self.name_key = self.derive_search(), self.derive_name_key()

    def save(self, *args: Any, **options: Any) -> None:
        if (fields := options.get("update_fields")) is not None and {"name", "former_names", "uscc"} & set(fields):
            options["update_fields"] = {*fields, "search", "name_key"}
        super().save(*args, **options)


def _names(former: Any) -> Iterable[str]:
    return (str(one.get("name", "") if isinstance(one, dict) else one) for one in former or ())
