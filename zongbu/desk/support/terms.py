"""Which cases of the support desk keep the day on which their next act is due, for lists."""

from __future__ import annotations

from zongbu.desk.support.flow import CLAIM, REQUEST
from zongbu.desk.support.models import Claim, SupportRequest

KEPT_DUES = ((CLAIM, Claim), (REQUEST, SupportRequest))
