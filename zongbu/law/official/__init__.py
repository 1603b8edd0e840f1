"""The official text of a policy: read, cited, and attached to the policy file that restates it."""

from zongbu.law.official.attachment import (
    Attachment,
    CitedParameter,
    ClauseLike,
    Match,
    ParameterLike,
    Place,
    attach,
    cited_parameter,
)
from zongbu.law.official.digests import RecordedDigests, read_digests, render_digests
from zongbu.law.official.figures import Figure, Hit, figures_of, find_figure
from zongbu.law.official.reading import CLOSING, Article, OfficialText, read_official, split_official

__all__ = [
    "CLOSING",
    "Article",
    "Attachment",
    "CitedParameter",
    "ClauseLike",
    "Figure",
    "Hit",
    "Match",
    "OfficialText",
    "ParameterLike",
    "Place",
    "RecordedDigests",
    "attach",
    "cited_parameter",
    "figures_of",
    "find_figure",
    "read_digests",
    "read_official",
    "render_digests",
    "split_official",
]
