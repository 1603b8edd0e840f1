"""What everybody sees: lists, notices, statistics, the map."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.recognition.views.public import lists, notices

urlpatterns: list[URLPattern | URLResolver] = [
    path("list/", lists.index, name="list"),
    path("list.<slug:kind>", lists.export, name="list_export"),
    path("map/", lists.districts, name="map"),
    path("statistics/", lists.rounds, name="statistics_rounds"),
    path("statistics/<str:policy>/<int:year>/", lists.statistics, name="statistics"),
    path("statistics/<str:policy>/<int:year>.<slug:kind>", lists.statistics_export, name="statistics_export"),
    path("notices/", notices.index, name="notices"),
    path("notices/<str:serial>/", notices.show, name="notice"),
    path("notices/<str:serial>/<int:line>/object/", notices.object_to, name="object"),
    path("objections/received/<str:receipt>/", notices.receipt, name="objection_receipt"),
]
