"""The policies of the service, read and checked once per process."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from django.conf import settings

from zongbu.law import InputError, Policy, PolicyError, load_policy, shipped_policies

logger = logging.getLogger(__name__)

_lock = threading.Lock()
_loaded: dict[str, Policy] | None = None


class UnknownPolicy(InputError):
    """There is no policy of that identifier."""


def policies() -> tuple[Policy, ...]:
    """All policies of the service: those that come with Zongbu, then those of the local folder, by identifier.

    Policies in force stand before drafts and repealed ones.
    """
    return tuple(_all().values())


def policy(identifier: str) -> Policy:
    """The policy of an identifier.

    Raises:
        UnknownPolicy: there is none.
    """
    try:
        return _all()[identifier]
    except KeyError:
        raise UnknownPolicy(f"没有政策「{identifier}」") from None


def folder() -> Path:
    """Where an operator puts further policy files (``*.md``): ``policies`` in the data folder."""
    data: Path = settings.DATA
    return data / "policies"


def forget() -> None:
    """Read the policies anew when they are next asked for (tests, and after a file was added)."""
    global _loaded
    with _lock:
        _loaded = None


def _all() -> dict[str, Policy]:
    global _loaded
    found = _loaded
    if found is None:
        with _lock:  # loading takes a second: whoever comes meanwhile waits instead of loading again
            if _loaded is None:
                _loaded = _load()
            found = _loaded
    return found


def _load() -> dict[str, Policy]:
    found = {(one := load_policy(path)).identifier: one for path in shipped_policies()}
    for path in sorted(folder().glob("*.md")):
        try:
            one = load_policy(path)
        except (PolicyError, InputError) as error:
            # A file with a fault must not take the others down with it.
            logger.error("policy file %s left out: %s", path.name, error)
            continue
        if one.identifier in found:
            logger.error("policy file %s left out: there is a policy %s already", path.name, one.identifier)
            continue
        found[one.identifier] = one
    return dict(sorted(found.items(), key=lambda item: (not item[1].may_be_activated, item[0])))
