"""A policy file as Markdown: its head, and its clauses with their fenced blocks and line numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import yaml
from markdown_it import MarkdownIt

from zongbu.law.errors import PolicyError, Problem
from zongbu.law.files import NESTING, YamlFault, check_nesting

BLOCKS = ("参数", "步骤", "规则", "提示", "解释", "措施", "示例", "事实")

_CHAPTER = re.compile(r"(?P<label>第[一二三四五六七八九十]+章|[一二三四五六七八九十]+)[、\s]*(?P<title>.*)")
_ARTICLE = re.compile(r"(?P<label>（[一二三四五六七八九十]+）)\s*(?P<title>.*)")
_ITEM = re.compile(r"(?P<label>\d+)[.．、]\s*(?P<title>.*)")


@dataclass(slots=True)
class Block:
    """A fenced block: ``line`` is the line of the file on which its first line of text stands."""

    kind: str
    text: str
    line: int


@dataclass(slots=True)
class Section:
    """A heading with what stands under it, down to the next heading."""

    citation: str
    title: str
    level: int
    line: int
    paragraphs: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """The file, taken apart but not yet understood."""

    head: dict[str, str]
    sections: list[Section]


def read_document(text: str, file: str) -> Document:
    """Take a policy file apart.

    Raises:
        PolicyError: no readable head, an unnumbered heading, an unknown kind of block, text before a heading.
    """
    head, offset = _read_head(text, file)
    body = "\n" * offset + "\n".join(text.split("\n")[offset:])
    problems: list[Problem] = []
    sections: list[Section] = []
    labels: dict[int, str] = {}
    tokens = MarkdownIt("commonmark").parse(body)
    for index, token in enumerate(tokens):
        line = (token.map[0] if token.map else 0) + 1
        if token.type == "heading_open":
            level, heading = int(token.tag[1:]), tokens[index + 1].content.strip()
            section = _section(heading, level, line, labels)
            if section is None:
                problems.append(
                    Problem(file, line, 1, "标题没有编号", heading, "写成「## （三）标题」或「### 2.标题」")
                )
                section = Section(heading, heading, level, line)
            sections.append(section)
        elif token.type in ("fence", "inline") and tokens[index - 1].type != "heading_open":
            if not sections:
                problems.append(Problem(file, line, 1, "内容要写在标题之下", token.content.split("\n")[0][:20]))
            elif token.type == "inline":
                sections[-1].paragraphs.append(token.content)
            elif token.info.strip() not in BLOCKS:
                known = "、".join(BLOCKS)
                problems.append(Problem(file, line, 1, "不认识的代码块", token.info, f"可用：{known}"))
            else:
                sections[-1].blocks.append(Block(token.info.strip(), token.content, line + 1))
    problems += _repeated(sections, file)
    if problems:
        raise PolicyError(problems)
    return Document(head, sections)


def _read_head(text: str, file: str) -> tuple[dict[str, str], int]:
    lines = text.split("\n")
    if lines[0].strip() != "---" or "---" not in (line.strip() for line in lines[1:]):
        raise PolicyError([Problem(file, 1, 1, "文件开头没有用 --- 围起的文件头", lines[0][:20], "见政策文件格式说明")])
    end = next(number for number, line in enumerate(lines[1:], 1) if line.strip() == "---")
    try:
        check_nesting("\n".join(lines[1:end]), least=NESTING)
        head = yaml.load("\n".join(lines[1:end]), Loader=yaml.BaseLoader)
    except YamlFault as fault:
        raise PolicyError([Problem(file, fault.line + 1, fault.column, "文件头不是合格的 YAML")]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line, column = (mark.line + 2, mark.column + 1) if mark else (1, 1)
        raise PolicyError([Problem(file, line, column, "文件头不是合格的 YAML")]) from None
    if not isinstance(head, dict) or not all(isinstance(value, str) for value in head.values()):
        raise PolicyError([Problem(file, 2, 1, "文件头每行应为「键: 值」")])
    return head, end + 1


def _section(heading: str, level: int, line: int, labels: dict[int, str]) -> Section | None:
    """Number a heading; ``labels`` remembers the numbers of the headings above it."""
    for deeper in [known for known in labels if known >= level]:
        del labels[deeper]
    if level == 1:
        match = _CHAPTER.fullmatch(heading)
        citation = match["label"] if match else heading
        labels[1] = citation
        return Section(citation, match["title"] if match else heading, 1, line)
    match = _ARTICLE.fullmatch(heading) or _ITEM.fullmatch(heading)
    if match is None:
        return None
    above = labels.get(level - 1, "")
    citation = match["label"] if match["label"].startswith("（") else above + match["label"]
    labels[level] = citation
    return Section(citation, match["title"], level, line)


def _repeated(sections: list[Section], file: str) -> list[Problem]:
    seen: dict[str, int] = {}
    problems = []
    for section in sections:
        if section.citation in seen:
            where = f"第 {seen[section.citation]} 行已有"
            problems.append(Problem(file, section.line, 1, "条款编号重复", section.citation, where))
        seen[section.citation] = section.line
    return problems
