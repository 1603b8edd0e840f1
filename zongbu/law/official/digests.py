"""The small file beside a policy that remembers which wording of the official text was accepted.

It holds digests only, never a sentence: ``<policy>.official.yaml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from zongbu.law.errors import InputError
from zongbu.law.files import YamlFault, check_nesting
from zongbu.law.official.reading import Article

_HEAD = """\
# 已核对的官方文本：只记文号和每条文字的摘要（SHA-256，不计空格与换行），不记原文。
# 由 zongbu check --against 官方文本 --accept 写入，请勿手改。
"""
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class RecordedDigests:
    """What was accepted: the document's number (may be empty, as of a draft) and citation → digest."""

    document_number: str
    digests: Mapping[str, str]


def render_digests(document_number: str, articles: Iterable[Article]) -> str:
    """The YAML text that records an official text as accepted."""
    content = {
        "来源文号": document_number,
        "摘要": {article.citation: article.digest for article in articles},
    }
    return _HEAD + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)


def read_digests(text: str) -> RecordedDigests:
    """Read what ``render_digests`` wrote.

    Raises:
        InputError: the text is no such file; it says what to do.
    """
    advice = "请用 zongbu check --against 官方文本 --accept 重新写入"
    try:
        check_nesting(text)
        content = yaml.load(text, Loader=yaml.BaseLoader)
    except YamlFault as fault:
        raise InputError(f"官方文本摘要文件第 {fault.line} 行不是合格的 YAML。{advice}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark else "文件"
        raise InputError(f"官方文本摘要文件{where}不是合格的 YAML。{advice}") from None
    if not isinstance(content, dict) or not isinstance(content.get("摘要"), dict):
        raise InputError(f"官方文本摘要文件缺少「摘要」。{advice}")
    digests = content["摘要"]
    for citation, digest in digests.items():
        if not isinstance(digest, str) or not _DIGEST.fullmatch(digest):
            raise InputError(f"官方文本摘要文件中「{citation}」的摘要不是 64 位十六进制数。{advice}")
    return RecordedDigests(str(content.get("来源文号", "")), dict(digests))
