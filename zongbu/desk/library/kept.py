"""Versions of policies that decisions rest on: kept when they are first relied upon, loaded again when asked for."""

from __future__ import annotations

import functools
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from zongbu.desk.library.models import KeptPolicy
from zongbu.desk.library.parameters import with_foundations
from zongbu.desk.library.policies import UnknownPolicy, policy
from zongbu.law import Policy, load_policy
from zongbu.law.document.find import KEPT_DICTIONARY
from zongbu.law.facts.dictionary import DEFAULT_PATH


def keep(relied_on: Policy) -> None:
    """Keep the files of a policy as it reads now, unless this version is kept already."""
    if KeptPolicy.objects.filter(policy=relied_on.identifier, version=relied_on.version).exists():
        return
    files: dict[str, str] = {}
    for one in with_foundations(relied_on):
        for path in (one.path, one.path.with_suffix(".en.yaml")):
            if path.is_file():
                files[f"{one.identifier}{''.join(path.suffixes)}"] = path.read_text("utf-8")
    files[KEPT_DICTIONARY] = DEFAULT_PATH.read_text("utf-8")
    try:
        with transaction.atomic():
            KeptPolicy.objects.create(policy=relied_on.identifier, version=relied_on.version, files=files)
    except IntegrityError:
        return  # somebody else kept the same meanwhile


def policy_as_of(identifier: str, version: str) -> Policy:
    """The policy in a version: as it reads now if that is the one, else as it was kept.

    Raises:
        UnknownPolicy: that version was never kept, or does not come out the same any more.
    """
    try:
        now = policy(identifier)
    except UnknownPolicy:
        now = None
    if now is not None and now.version == version:
        return now
    return _loaded(identifier, version)


@functools.lru_cache(maxsize=16)
def _loaded(identifier: str, version: str) -> Policy:
    found = KeptPolicy.objects.filter(policy=identifier, version=version).first()
    if found is None:
        raise UnknownPolicy(f"没有存档政策「{identifier}」的版本 {version[:12]}，不能重算")
    folder: Path = settings.DATA / "kept-policies" / version
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in found.files.items():
        unfinished = folder / f"{name}.part"
        unfinished.write_text(text, "utf-8")
        unfinished.replace(folder / name)
    loaded = load_policy(folder / f"{identifier}.md")
    if loaded.version != version:
        raise UnknownPolicy(
            f"政策「{identifier}」存档的版本 {version[:12]} 现在读出的是 {loaded.version[:12]}，不能重算"
        )
    return loaded
