"""Public notices (公示) and announcements (公告) with the list by district."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import timezone, translation

from zongbu.desk.kernel import documents
from zongbu.desk.people.districts import DISTRICTS, district_name
from zongbu.desk.recognition.documents.common import HERE, office, policy_title
from zongbu.desk.recognition.models import Notice, Recognition
from zongbu.law.amounts import day


def notice(found: Notice) -> bytes:
    """The notice of those to be recognised, as it stands now: withdrawn names are counted, not named.

    Raises:
        CannotPrint: a character has no glyph.
    """
    lines = list(found.lines.order_by("pk"))
    standing = [one for one in lines if one.withdrawn_at is None]
    with translation.override("zh-hans"):
        round = found.round
        paragraphs = [
            *_own(found.text),
            f"根据《{policy_title(round)}》，经申报、审核，现将{round.title}拟认定的{len(standing)}家企业"
            f"（名单附后）予以公示。",
            f"公示期：{day(found.starts)}至{day(found.ends)}（含首尾两日）。",
            "公示期内，任何单位和个人对名单有异议的，可以通过本系统的公示页面提出，写明内容和依据；"
            "收到后出具收件号，凭以查询答复。",
        ]
        if round.contact:
            paragraphs.append(f"联系方式：{round.contact}")
        if withdrawn := len(lines) - len(standing):
            paragraphs.append(f"公示后撤下{withdrawn}家，不再列名。")
        title = f"{round.title}拟认定名单"
        data = {
            "title": found.title,
            "number": f"编号：{found.serial}",
            "date": found.starts.isoformat(),
            "demonstration": round.demonstration,
            "organ": office(),
            "paragraphs": paragraphs,
            "attachments": [title],
            "list_title": title,
            "columns": ["序号", "企业名称"],
            "groups": _by_district((one.district, [one.name]) for one in standing),
        }
    return documents.render(HERE / "list.typ", data)


def announcement(found: Notice) -> bytes:
    """The announcement of those who were recognised after a notice, with the numbers of their certificates.

    Raises:
        Recognition.DoesNotExist: it has not been announced. CannotPrint: a character has no glyph.
    """
    if found.announced_at is None:
        raise Recognition.DoesNotExist
    made = Recognition.objects.filter(
        application__notice_lines__notice=found, application__notice_lines__withdrawn_at=None
    ).order_by("number")
    rows = [(one.district, [one.name, one.number]) for one in made]
    with translation.override("zh-hans"):
        round, organ = found.round, office()
        announced = timezone.localdate(found.announced_at)
        title = f"{round.title}名单"
        data = {
            "title": f"关于公布{round.title}结果的公告",
            "head": organ,
            "number": f"编号：{found.announcement_serial}",
            "date": announced.isoformat(),
            "demonstration": round.demonstration,
            "organ": organ,
            "paragraphs": [
                f"根据《{policy_title(round)}》，经申报、审核、公示，现认定{len(rows)}家企业为总部企业"
                "（名单附后），予以公告。",
                "证书的真伪和效力可以在本系统的证书核验页面查询。",
            ],
            "attachments": [title],
            "list_title": title,
            "columns": ["序号", "企业名称", "证书编号"],
            "groups": _by_district(rows),
        }
    return documents.render(HERE / "list.typ", data)


def _own(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _by_district(rows: Iterable[tuple[str, list[str]]]) -> list[dict[str, Any]]:
    """The rows by district in the order of the codes, numbered through."""
    grouped: dict[str, list[list[str]]] = {}
    for district, cells in rows:
        grouped.setdefault(district, []).append(cells)
    order = [*DISTRICTS, *sorted(set(grouped) - set(DISTRICTS))]
    found, number = [], 0
    for code in order:
        if code not in grouped:
            continue
        numbered = []
        for cells in grouped[code]:
            number += 1
            numbered.append([str(number), *cells])
        found.append({"district": district_name(code), "rows": numbered})
    return found
