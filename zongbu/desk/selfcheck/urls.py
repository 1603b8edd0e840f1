from django.urls import URLPattern

app_name = "selfcheck"
urlpatterns: list[URLPattern] = []
