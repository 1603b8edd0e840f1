"""Forms that can be sent twice without anything happening twice.

In the template, inside the form: ``{% load submission %}`` … ``{% submission %}``. In the view::

    @once
    def apply(request): …

A view under ``@once`` says that it did what was asked by redirecting; the second POST with the same token does
nothing and is led to the same place. Any other answer (the form again, with its errors) leaves the token unused.

The view runs in one transaction, on SQLite the only one that may write: ``@once(prepare=…)`` takes what is slow out.
"""

from zongbu.desk.kernel.submission.tokens import FIELD, new_token, once, sweep

__all__ = ["FIELD", "new_token", "once", "sweep"]
