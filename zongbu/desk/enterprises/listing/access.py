"""Who may ask for the list: officials, inspectors and auditors; which enterprises they find is decided elsewhere."""

from zongbu.desk.kernel.roles import OFFICIALS, Role
from zongbu.desk.people.access import Access, only

READERS = only(OFFICIALS, Role.INSPECTOR, Role.AUDITOR)
ROUTES: dict[str, Access] = {
    "enterprises:list": READERS,
    "enterprises:save_view": READERS,
    "enterprises:remove_view": READERS,
    "enterprises:default_view": READERS,
}
