"""Where things of a policy are shown, and how a reference to one reads."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from zongbu.desk.library.showing import companion
from zongbu.law import Policy


def owner_of(policy: Policy, identifier: str) -> tuple[Policy, str]:
    """The policy to which an identifier belongs, and its name there (``hangzhou-2023.x`` is another policy's)."""
    owner, _, name = identifier.rpartition(".")
    return (policy.based_on[owner] if owner else policy), name


def short_title(policy: Policy, lang: str) -> str:
    """The number of a policy, or its title where it has none."""
    number = policy.head.get("文号", "")
    return number if "〔" in number else companion.head(policy, "名称", lang)


def policy_url(policy: Policy) -> str:
    return reverse("library:policy", args=[policy.identifier])


def clause_url(policy: Policy, citation: str, anchor: str = "") -> str:
    url = reverse("library:clause", args=[policy.identifier, citation])
    return f"{url}#{anchor}" if anchor else url


def fact_url(identifier: str) -> str:
    return reverse("library:fact", args=[identifier])


def parameter_url(policy: Policy, identifier: str) -> str:
    owner, name = owner_of(policy, identifier)
    return reverse("library:parameter", args=[owner.identifier, name])


def rule_url(policy: Policy, identifier: str) -> str:
    """The page of a rule, step or measure."""
    owner, name = owner_of(policy, identifier)
    route = "library:measure" if name in owner.measures else "library:rule"
    return reverse(route, args=[owner.identifier, name])


def reading_url(policy: Policy, identifier: str) -> str:
    owner, name = owner_of(policy, identifier)
    return clause_url(owner, owner.readings[name].clause, f"reading-{name}")


def link(url: str, text: str, kind: str = "", title: str = "") -> SafeString:
    """A link to something of a policy; ``kind`` becomes a class, so that facts and parameters look different."""
    if title:
        return format_html('<a class="name name-{}" href="{}" title="{}">{}</a>', kind, url, title, text)
    return format_html('<a class="name name-{}" href="{}">{}</a>', kind, url, text)
