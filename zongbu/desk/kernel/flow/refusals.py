"""Why an act was not performed. ``str()`` of each is fit to show to whoever asked for it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from zongbu.law.errors import ZongbuError


class Refused(ZongbuError):
    """An act that cannot be performed, said so that the person knows why and what to do."""


class NotPermitted(Refused, PermissionDenied):
    """The person may not perform this act on this case: role, scope, or a duty that excludes it."""


class Overtaken(Refused):
    """Somebody else was quicker: the case is no longer in the state in which it was seen."""
