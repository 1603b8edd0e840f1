"""Who may ask for exports and imports."""

from zongbu.desk.enterprises.listing.access import READERS
from zongbu.desk.kernel.roles import CITY, DISTRICT, Role
from zongbu.desk.people.access import Access, only

WRITERS = only(CITY, DISTRICT)
LOOKERS = only(CITY, DISTRICT, Role.AUDITOR)
ROUTES: dict[str, Access] = {
    "enterprises:export": READERS,
    "enterprises:imports": LOOKERS,
    "enterprises:import": LOOKERS,
    "enterprises:import_progress": LOOKERS,
    "enterprises:import_rejects": LOOKERS,
    "enterprises:import_upload": WRITERS,
    "enterprises:import_commit": WRITERS,
    "enterprises:import_discard": WRITERS,
    "enterprises:import_go_on": WRITERS,
}
