"""Quotas, requests and referrals, selections, obligations."""

from __future__ import annotations

from django.urls import URLPattern, path

from zongbu.desk.support.views.quotas import obligations, quotas, selections
from zongbu.desk.support.views.quotas.requests import asking, case, listing, retention

urlpatterns: list[URLPattern] = [
    path("quotas/", quotas.listing, name="quotas"),
    path("quotas/allocate/", quotas.allocate, name="quotas_allocate"),
    path("quotas/export.<str:kind>", quotas.export, name="quotas_export"),
    path("quotas/<int:pk>/", quotas.account, name="quota"),
    path("quotas/<int:pk>/return/<int:entry>/", quotas.give_back, name="quota_return"),
    path("quotas/<int:pk>/<str:act>/", quotas.act, name="quota_act"),
    path("requests/", listing.requests, name="requests"),
    path("requests/ask/<str:policy>/<str:measure>/", asking.ask, name="ask"),
    path("requests/refer/", asking.refer, name="refer"),
    path("requests/retention/", retention.retention, name="retention"),
    path("requests/export.<str:kind>", listing.export, name="requests_export"),
    path("requests/<str:receipt>/", case.case, name="request"),
    path("requests/<str:receipt>/files/<int:pk>/", case.file, name="request_file"),
    path("requests/<str:receipt>/<str:act>/", case.act, name="request_act"),
    path("selections/", selections.listing, name="selections"),
    path("selections/new/", selections.new, name="new_selection"),
    path("selections/<int:pk>/", selections.one, name="selection"),
    path("selections/<int:pk>/export.<str:kind>", selections.export, name="selection_export"),
    path("selections/<int:pk>/<str:act>/", selections.act, name="selection_act"),
    path("selected/", selections.published, name="selected"),
    path("selected/<int:pk>/", selections.published_one, name="selected_one"),
    path("obligations/", obligations.listing, name="obligations"),
    path("obligations/new/", obligations.new, name="new_obligation"),
    path("obligations/<str:receipt>/", obligations.one, name="obligation"),
    path("obligations/<str:receipt>/<str:act>/", obligations.act, name="obligation_act"),
    path("milestones/<int:pk>/<str:act>/", obligations.milestone_act, name="milestone_act"),
    path("milestones/reports/<int:pk>/file/", obligations.file, name="milestone_file"),
]
