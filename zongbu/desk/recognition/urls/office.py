"""The pages of the city office and of whoever decides: rounds, the consolidated sheet, batches, notices, objections."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.recognition.views.office import acts, batches, notices, rounds, sheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("rounds/", rounds.index, name="rounds"),
    path("rounds/new/", rounds.new, name="new_round"),
    path("rounds/<int:pk>/", rounds.show, name="round"),
    path("rounds/<int:pk>/edit/", rounds.edit, name="edit_round"),
    path("rounds/<int:pk>/acts/<slug:act>/", rounds.act, name="round_act"),
    path("rounds/<int:pk>/remind/", acts.remind_all, name="remind_all"),
    path("rounds/<int:pk>/sheet/", sheet.show, name="sheet"),
    path("rounds/<int:pk>/sheet.<slug:kind>", sheet.export, name="sheet_export"),
    path("rounds/<int:pk>/propose/", sheet.propose, name="propose"),
    path("rounds/<int:pk>/batches/new/", batches.new, name="new_batch"),
    path("rounds/<int:pk>/publish/", notices.publish, name="publish"),
    path("rounds/<int:pk>/corrections/", notices.corrections, name="corrections"),
    path("rounds/<int:pk>/deviations/", notices.deviations, name="deviations"),
    path("rounds/<int:pk>/deviations.<slug:kind>", notices.deviations_export, name="deviations_export"),
    path("office/<str:receipt>/<slug:act>/", acts.act, name="office_act"),
    path("opinions/<int:pk>/remind/", acts.remind, name="remind"),
    path("batches/", batches.index, name="batches"),
    path("batches/<int:pk>/", batches.show, name="batch"),
    path("batches/<int:pk>/acts/<slug:act>/", batches.act, name="batch_act"),
    path("batches/<int:pk>/decide/", batches.decide_all, name="decide_all"),
    path("batches/<int:pk>/<str:receipt>/decide/", batches.decide, name="decide"),
    path("batches/<int:pk>/<str:receipt>/send-back/", batches.send_back, name="send_back"),
    path("objections/", notices.objections, name="objections"),
    path("objections/<str:receipt>/", notices.objection, name="objection"),
    path("notices/<str:serial>/announce/", notices.announce, name="announce"),
]
