"""What is sent by e-mail. A mail goes out once the act that it tells of has been written, and never undoes it."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string

from zongbu.desk.people.models import Invitation, Registration

log = logging.getLogger(__name__)


def send_invitation(invitation: Invitation, link: str) -> None:
    """The link of an invitation to whom it is meant for, if there is an address."""
    if invitation.email:
        send(invitation.email, "people/mail/invitation", {"invitation": invitation, "link": link})


def send_decision(registration: Registration) -> None:
    """What became of a registration, to its contact, if there is an address."""
    if registration.contact_email:
        send(registration.contact_email, "people/mail/registration", {"registration": registration})


def send(address: str, template: str, context: Mapping[str, object]) -> None:
    """Send what a template says (its first line is the subject) once the transaction is through."""
    subject, _, body = render_to_string(f"{template}.txt", dict(context)).strip().partition("\n")

    def deliver() -> None:
        try:
            send_mail(subject.strip(), body.strip() + "\n", None, [address])
        except Exception:  # whatever the mail server says, the act stands, and the page shows it too
            log.exception("mail not sent")

    transaction.on_commit(deliver)
