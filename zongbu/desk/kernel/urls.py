from django.urls import path

from zongbu.desk.kernel.clock import views as clock
from zongbu.desk.kernel.journal import views as journal

app_name = "kernel"
urlpatterns = [
    path("", journal.entries_list, name="journal"),
    path("<int:sequence>/", journal.entry, name="entry"),
    path("export/", journal.export_entries, name="export"),
    path("verification/", journal.verification, name="verification"),
    path("calendar/", clock.years, name="calendar"),
    path("calendar/<int:year>/<int:version>/", clock.year, name="calendar_year"),
    path("calendar/import/", clock.new_year, name="calendar_import"),
]
