"""What every app may provide in a module of a certain name, gathered without any of them knowing the others."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from django.apps import apps
from django.utils.module_loading import module_has_submodule


@cache
def provided(module: str, name: str) -> tuple[Any, ...]:
    """What has that name in the modules of that name of the project's apps, in the order of the settings."""
    modules = (
        import_module(f"{app.name}.{module}")
        for app in apps.get_app_configs()
        if app.name.startswith("zongbu.") and module_has_submodule(app.module, module)
    )
    # ``config`` has a navigation of its own that gathers the others' entries and has none itself.
    return tuple(getattr(found, name) for found in modules if hasattr(found, name))
