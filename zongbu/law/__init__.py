"""The engine: policies that run, explain themselves, and screen millions. Knows no web and no database."""

from zongbu.law.document import find_policy, load_policy, shipped_policies
from zongbu.law.errors import InputError, PolicyError, Problem, ZongbuError
from zongbu.law.parameters import read_overrides
from zongbu.law.policy import Policy

__all__ = [
    "InputError",
    "Policy",
    "PolicyError",
    "Problem",
    "ZongbuError",
    "find_policy",
    "load_policy",
    "read_overrides",
    "shipped_policies",
]
