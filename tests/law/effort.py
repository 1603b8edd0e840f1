"""How hard random testing tries: the same cases every time in CI, others and more of them on request.

``ZONGBU_TEST_EXAMPLES=20`` tries twenty times as many examples, drawn anew.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

FACTOR = max(1, int(os.environ.get("ZONGBU_TEST_EXAMPLES", "1")))


def effort(examples: int, *, shrink: bool = True) -> settings:
    """Settings for so many examples (times the factor).

    Without ``shrink`` a failure is reported as it was found: making it smaller takes minutes where each
    example is compiled for a database.
    """
    phases = [phase for phase in Phase if shrink or phase not in (Phase.shrink, Phase.explain)]
    return settings(
        phases=phases,
        max_examples=examples * FACTOR,
        derandomize=FACTOR == 1,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
    )
