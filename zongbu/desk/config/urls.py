"""The addresses of the service; each app keeps its own below its prefix."""

from django.urls import include, path

from zongbu.desk.api.urls import v1
from zongbu.desk.config import search, views, years

urlpatterns = [
    path("", views.home, name="home"),
    path("desk/", views.desk, name="desk"),
    path("search/", search.search, name="search"),
    path("year/", years.choose, name="year"),
    path("language/", include("django.conf.urls.i18n")),
    path("health/", views.health, name="health"),
    path("metrics/", views.metrics, name="metrics"),
    path("accounts/", include("allauth.urls")),
    path("people/", include("zongbu.desk.people.urls")),
    path("journal/", include("zongbu.desk.kernel.urls")),
    path("policies/", include("zongbu.desk.library.urls")),
    path("enterprises/", include("zongbu.desk.enterprises.urls")),
    path("check/", include("zongbu.desk.selfcheck.urls")),
    path("recognition/", include("zongbu.desk.recognition.urls")),
    path("support/", include("zongbu.desk.support.urls")),
    path("api/", include("zongbu.desk.api.urls")),
    path("api/v1/", v1),
]

handler400 = "zongbu.desk.config.errors.bad_request"
handler403 = "zongbu.desk.config.errors.forbidden"
handler404 = "zongbu.desk.config.errors.not_found"
handler429 = "zongbu.desk.config.errors.too_many"
handler500 = "zongbu.desk.config.errors.broken"
