from django.urls import path

from zongbu.desk.enterprises.exchange import views

urlpatterns = [
    path("export/", views.export, name="export"),
    path("import/", views.runs, name="imports"),
    path("import/new/", views.upload, name="import_upload"),
    path("import/<int:pk>/", views.run, name="import"),
    path("import/<int:pk>/progress/", views.progress, name="import_progress"),
    path("import/<int:pk>/commit/", views.commit, name="import_commit"),
    path("import/<int:pk>/discard/", views.discard, name="import_discard"),
    path("import/<int:pk>/go-on/", views.go_on, name="import_go_on"),
    path("import/<int:pk>/rejects/", views.rejects, name="import_rejects"),
]
