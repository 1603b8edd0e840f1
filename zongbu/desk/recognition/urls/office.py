"""The pages of the city office and of whoever decides: rounds, the consolidated sheet, batches, notices, objections."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
