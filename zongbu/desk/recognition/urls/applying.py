"""The pages of enterprises, districts and departments: applications, reviews, opinions."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
