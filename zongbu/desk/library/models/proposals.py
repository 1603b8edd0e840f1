"""What one person proposes and another approves."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.flow import Case
from zongbu.desk.library.flow import STATES

TONES = {"proposed": "open", "approved": "met", "refused": "refused"}


class Proposal(Case):
    """Proposed by one person; takes effect once another has approved it. Never altered afterwards."""

    policy = models.CharField(_("所属政策"), max_length=60)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("提出人"), editable=False
    )
    proposed_at = models.DateTimeField(_("提出时间"), default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("决定人"),
        editable=False,
    )
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True, editable=False)
    decision_reason = models.TextField(_("决定理由"), blank=True, max_length=2000)

    class Meta:
        abstract = True
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "withdrawn"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="%(class)s_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | ~Q(decided_by=F("proposed_by")),
                name="%(class)s_decided_by_another",
            ),
        ]

    @property
    def state_label(self) -> str:
        return str({state.name: state.label for state in STATES}[self.state])

    @property
    def tone(self) -> str:
        """How the state is shown."""
        return TONES.get(self.state, "neutral")
