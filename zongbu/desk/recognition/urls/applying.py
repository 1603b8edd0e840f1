"""The pages of enterprises, districts and departments: applications, reviews, opinions."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.recognition.views.applying import (
    application,
    filling,
    listing,
    mine,
    opinions,
    paper,
    reviewing,
)

ONE = "applications/<str:receipt>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("mine/", mine.mine, name="mine"),
    path("rounds/<int:pk>/precheck/", mine.precheck, name="precheck"),
    path("rounds/<int:pk>/start/", mine.start, name="start"),
    path("applications/", listing.applications, name="applications"),
    path("applications/export/", listing.export, name="applications_export"),
    path("applications/paper/", paper.paper, name="paper"),
    path("applications/paper/sheet/", paper.sheet, name="paper_sheet"),
    path("applications/group-exception/", reviewing.group_exception, name="group_exception"),
    path(ONE, application.application, name="application"),
    path(f"{ONE}fill/<str:step>/", filling.fill, name="fill"),
    path(f"{ONE}materials/<int:pk>/remove/", filling.take_out, name="take_out"),
    path(f"{ONE}submit/", filling.submit, name="submit"),
    path(f"{ONE}receipt/", application.receipt, name="receipt"),
    path(f"{ONE}withdraw/", application.withdraw, name="withdraw"),
    path(f"{ONE}comments/<int:pk>/answer/", application.answer, name="answer"),
    path(f"{ONE}objection/", application.appeal, name="appeal"),
    path(f"{ONE}objection/<int:pk>/withdraw/", application.drop_appeal, name="drop_appeal"),
    path(f"{ONE}check/", reviewing.check, name="check"),
    path(f"{ONE}comment/", reviewing.comment, name="comment"),
    path(f"{ONE}comments/<int:pk>/remove/", reviewing.uncomment, name="uncomment"),
    path(f"{ONE}review/<str:name>/", reviewing.decide, name="review"),
    path("opinions/", opinions.opinions, name="opinions"),
    path("opinions/<int:pk>/", opinions.opinion, name="opinion"),
    path("opinions/<int:pk>/delegate/", opinions.delegate, name="delegate"),
]
