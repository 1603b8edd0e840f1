"""The pages of lead departments, of district offices and of the city office."""

from __future__ import annotations

from django.urls import URLPattern, path

from zongbu.desk.support.views.office import (
    claim,
    deciding,
    letters,
    listing,
    measures,
    objections,
    offering,
    units,
)

ONE = "claims/<str:receipt>/"
urlpatterns: list[URLPattern] = [
    path("claims/", listing.claims, name="claims"),
    path("claims/export/", listing.export, name="claims_export"),
    path("claims/approve/", deciding.approve_many, name="approve_many"),
    path("claims/approved/", deciding.approved, name="approved"),
    path(ONE, claim.claim, name="claim"),
    path(f"{ONE}act/<str:name>/", deciding.claim_act, name="claim_act"),
    path(f"{ONE}comment/", deciding.comment, name="claim_comment"),
    path(f"{ONE}comments/<int:pk>/remove/", deciding.uncomment, name="claim_uncomment"),
    path(f"{ONE}letter/", letters.letter, name="letter"),
    path("objections/", objections.objections, name="objections"),
    path("objections/<str:receipt>/", objections.objection, name="objection"),
    path("offers/", offering.offers, name="offers"),
    path("offers/<int:pk>/", offering.run, name="offer_run"),
    path("offers/<int:pk>/export/", offering.export, name="offer_export"),
    path("offers/<int:pk>/progress/", offering.progress, name="offer_progress"),
    path("offers/<int:pk>/start/", offering.start, name="offer_start"),
    path("offers/<int:pk>/again/", offering.again, name="offer_again"),
    path("units/", units.units, name="units"),
    path("units/<str:policy>/<path:unit>/", units.unit, name="unit"),
    path("measures/", measures.measures, name="measures"),
]
