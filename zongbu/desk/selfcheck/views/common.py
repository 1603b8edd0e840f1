"""What the views share."""

from __future__ import annotations

from django.http import HttpRequest

from zongbu.desk.kernel.scope import Viewer


def viewer_of(request: HttpRequest) -> Viewer:
    """Who asks, as the access middleware found out."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer
