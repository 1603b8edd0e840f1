"""The addresses of recognition, by who uses them."""

from zongbu.desk.recognition.stars import urls as stars
from zongbu.desk.recognition.urls import applying, office, public, titles

app_name = "recognition"
urlpatterns = [
    *applying.urlpatterns,
    *office.urlpatterns,
    *public.urlpatterns,
    *stars.urlpatterns,
    *titles.urlpatterns,
]
