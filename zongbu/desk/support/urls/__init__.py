"""The addresses of the support desk, by who uses them."""

from zongbu.desk.support.urls import finance, office, own, quotas

app_name = "support"
urlpatterns = [
    *finance.urlpatterns,
    *office.urlpatterns,
    *own.urlpatterns,
    *quotas.urlpatterns,
]
