"""The addresses of the support desk, by who uses them."""

from django.urls import URLPattern

app_name = "support"
urlpatterns: list[URLPattern] = []
