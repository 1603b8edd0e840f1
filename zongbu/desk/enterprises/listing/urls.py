from django.urls import path

from zongbu.desk.enterprises.listing import views

urlpatterns = [
    path("", views.show, name="list"),
    path("views/save/", views.save_view, name="save_view"),
    path("views/<int:pk>/remove/", views.remove_view, name="remove_view"),
    path("views/<int:pk>/default/", views.default_view, name="default_view"),
]
