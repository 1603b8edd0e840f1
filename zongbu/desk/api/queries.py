"""Which tokens may be seen, and who stands behind one."""

from __future__ import annotations

import secrets

from django.db.models import QuerySet
from django.utils import timezone

from zongbu.desk.api.models import Token
from zongbu.desk.kernel.scope import Viewer
from zongbu.desk.people.viewers import viewer_as


def tokens(viewer: Viewer) -> QuerySet[Token]:
    """The tokens of the viewer's organisation, for those who look after its members."""
    found = Token.objects.select_related("membership__person")
    if not viewer.administers or viewer.organisation is None:
        return found.none()
    return found.filter(organisation=viewer.organisation)


def holder(text: str, address: str = "") -> tuple[Token, Viewer] | None:
    """The token that a text is, with the viewer behind it; None if it is none that may be used now."""
    from zongbu.desk.api.actions import digest_of

    parts = text.split("_", 2)
    if len(parts) != 3 or parts[0] != "zb":
        return None
    found = Token.objects.select_related("membership__person", "membership__organisation").filter(prefix=parts[1])
    token = found.first()
    # Compared in constant time; a digest of something random tells nothing even so.
    if token is None or not secrets.compare_digest(token.digest, digest_of(parts[2])):
        return None
    membership = token.membership
    usable = (
        token.valid_at(timezone.now())
        and membership.valid_on(timezone.localdate())
        and membership.organisation.active
        and membership.person.is_active
    )
    return (token, viewer_as(membership, membership.person, address)) if usable else None
