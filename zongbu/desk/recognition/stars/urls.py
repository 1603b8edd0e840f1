"""The addresses of stars, below ``recognition/stars/``."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.recognition.stars.views import evaluations, objections, public, results, sets

_BELOW = "stars/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_BELOW, public.index, name="stars"),
    path(_BELOW + "list/<int:year>/<str:kind>/", public.export, name="stars_export"),
    path(_BELOW + "notice/<int:pk>/", public.notice, name="star_notice"),
    path(_BELOW + "notice/<int:pk>/object/", objections.object_to, name="star_object"),
    path(_BELOW + "notice/received/<str:receipt>/", objections.receipt, name="star_objection_receipt"),
    path(_BELOW + "objections/<str:receipt>/", objections.show, name="star_objection"),
    path(_BELOW + "own/", results.own, name="star_own"),
    path(_BELOW + "sets/", sets.index, name="star_sets"),
    path(_BELOW + "sets/new/", sets.new, name="star_set_new"),
    path(_BELOW + "sets/demonstration/", sets.demonstration, name="star_demonstration"),
    path(_BELOW + "sets/<int:pk>/", sets.show, name="star_set"),
    path(_BELOW + "sets/<int:pk>/edit/", sets.edit, name="star_set_edit"),
    path(_BELOW + "sets/<int:pk>/<str:act>/", sets.decide, name="star_set_act"),
    path(_BELOW + "evaluations/", evaluations.index, name="star_evaluations"),
    path(_BELOW + "evaluations/new/", evaluations.new, name="star_evaluation_new"),
    path(_BELOW + "evaluations/<int:pk>/", evaluations.show, name="star_evaluation"),
    path(_BELOW + "evaluations/<int:pk>/act/<str:act>/", evaluations.decide, name="star_evaluation_act"),
    path(_BELOW + "evaluations/<int:pk>/notice/", evaluations.notify, name="star_notify"),
    path(_BELOW + "evaluations/<int:pk>/progress/", evaluations.progress, name="star_progress"),
    path(_BELOW + "evaluations/<int:pk>/scores/", evaluations.scores, name="star_scores"),
    path(_BELOW + "evaluations/<int:pk>/what-if/", evaluations.what_if, name="star_what_if"),
    path(_BELOW + "evaluations/<int:pk>/verify/", evaluations.verify, name="star_verify"),
    path(_BELOW + "evaluations/<int:pk>/export/<str:kind>/", evaluations.export, name="star_export"),
    path(_BELOW + "evaluations/<int:pk>/results/<str:uscc>/", results.show, name="star_result"),
    path(_BELOW + "evaluations/<int:pk>/results/<str:uscc>/override/", results.override, name="star_override"),
    path(_BELOW + "overrides/<int:pk>/<str:act>/", results.decide, name="star_override_act"),
]
