"""What every case has, and who took part in it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from zongbu.desk.kernel.roles import Role


class Case(models.Model):
    """Something that goes through a flow. Only ``flow.begin`` and ``flow.perform`` write ``state``.

    Sub-classes add ``FLOW.constraint()`` to their constraints, and may name fields in ``unjournalled`` whose values
    the journal must not keep (personal data, long texts).
    """

    state = models.CharField(_("状态"), max_length=40, editable=False, db_index=True)
    state_since = models.DateTimeField(_("进入状态时间"), default=timezone.now, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    """Grows with every act: a form that carries it (``seen``) is refused when something has happened meanwhile."""

    unjournalled: ClassVar[frozenset[str]] = frozenset()
    beside: ClassVar[tuple[str, ...]] = ()
    """Relations that most acts look at: read together with the case."""
    due_field: ClassVar[str] = ""
    """A date field in which every act leaves by when the next one is due, for lists that sort and filter by it; the
    day that counts is ``flow.due``. New calendars reach it by ``flow.renew_every_due``."""

    class Meta:
        abstract = True

    @property
    def number(self) -> str:
        """The number under which the journal keeps the case; sub-classes give it the one that people use."""
        return f"{self._meta.label_lower}:{self.pk}"


class Participation(models.Model):
    """One act on one case: who performed it, with which duty, leading from where to where. Written once."""

    flow = models.CharField(max_length=40)
    case = models.CharField(max_length=40)
    act = models.CharField(max_length=40)
    duty = models.CharField(max_length=20, blank=True)
    start = models.CharField(max_length=40, blank=True)
    end = models.CharField(max_length=40)
    moment = models.DateTimeField()
    person = models.BigIntegerField(null=True)
    """None for somebody from the public who has not signed in."""
    person_name = models.CharField(max_length=150, blank=True)
    role = models.CharField(max_length=30, choices=Role)
    organisation = models.BigIntegerField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["flow", "case", "id"], name="participation_case"),
            models.Index(fields=["person", "id"], name="participation_person"),
        ]

    def __str__(self) -> str:
        return f"{self.flow}.{self.act} {self.case}"

    def save(self, *args: Any, **named: Any) -> None:
        if not self._state.adding:
            raise TypeError("a participation is written once")
        super().save(*args, **named)
