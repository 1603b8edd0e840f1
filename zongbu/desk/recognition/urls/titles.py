"""Certificates, letters, verification, revocation."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.recognition.views.titles import documents, listing, printing, revoking, verification

urlpatterns: list[URLPattern | URLResolver] = [
    path("verify/", verification.verify, name="verify"),
    path("verify/<str:code>/", verification.verified, name="verified"),
    path("titles/", listing.own, name="titles"),
    path("recognitions/", listing.recognitions, name="recognitions"),
    path("recognitions/export.<str:kind>", listing.export, name="recognitions_export"),
    path("recognitions/print/", printing.ask, name="print"),
    path("recognitions/print/<int:pk>/", printing.show, name="print_run"),
    path("recognitions/print/<int:pk>/progress/", printing.progress, name="print_progress"),
    path("recognitions/print/<int:pk>/again/", printing.again, name="print_again"),
    path("recognitions/print/<int:pk>/file.pdf", printing.file, name="print_file"),
    path("recognitions/<str:number>/", revoking.recognition, name="recognition"),
    path("recognitions/<str:number>/certificate.pdf", documents.certificate, name="certificate"),
    path("recognitions/<str:number>/revoke/", revoking.open_one, name="revoke"),
    path("revocations/", revoking.revocations, name="revocations"),
    path("revocations/<int:pk>/", revoking.revocation, name="revocation"),
    path("revocations/<int:pk>/<str:act>/", revoking.act, name="revocation_act"),
    path("applications/<str:receipt>/letter.pdf", documents.letter, name="letter"),
    path("notices/<int:pk>/notice.pdf", documents.notice, name="notice_document"),
    path("notices/<int:pk>/announcement.pdf", documents.announcement, name="announcement_document"),
]
