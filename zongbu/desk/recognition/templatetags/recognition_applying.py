"""States of applications in words and colours, for lists that are put together in templates."""

from __future__ import annotations

from django import template

from zongbu.desk.recognition.flow import APPLICATION, OBJECTION
from zongbu.desk.recognition.standing import TONES

register = template.Library()


@register.filter
def state_label(state: str) -> str:
    """A state of an application in words."""
    return str(APPLICATION.label(state))


@register.filter
def tone_of(state: str) -> str:
    """How a state is coloured, see ``parts/status.html``."""
    return TONES.get(state, "action")


@register.filter
def objection_label(state: str) -> str:
    """A state of an objection in words."""
    return str(OBJECTION.label(state))
