"""Two policies side by side."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from zongbu.desk.kernel.language import language
from zongbu.desk.library import policies
from zongbu.desk.library.showing import companion, comparison, status
from zongbu.desk.library.showing.reader import Reader
from zongbu.desk.library.views.common import crumbs, policy_or_404


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Which article answers which, and where figures, measures and facts differ."""
    known = policies.policies()
    first = known[0].identifier
    left = policy_or_404(request.GET.get("left") or first)
    other = next((one.identifier for one in known if one is not left), left.identifier)
    right = policy_or_404(request.GET.get("right") or other)
    today = timezone.localdate()
    readers = [Reader(policy, language(), today) for policy in (left, right)]
    found = comparison.compare(*readers) if left is not right else None
    only = request.GET.get("only", "")
    pairs = [pair for pair in found.pairs if only in ("", pair.change)] if found else []
    changes = {name: found.count(name) for name in ("same", "changed", "left", "right")} if found else {}
    return render(
        request,
        "library/compare.html",
        {
            "choices": [(one.identifier, companion.head(one, "名称", language())) for one in known],
            "left": readers[0],
            "right": readers[1],
            "statuses": [status.status_label(reader.policy, today) for reader in readers],
            "comparison": found,
            "pairs": pairs,
            "changes": changes,
            "only": only,
            "crumbs": crumbs(),
        },
    )
