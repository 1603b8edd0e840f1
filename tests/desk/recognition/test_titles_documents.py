"""Documents as PDF: what they say, that they are the same each time, who gets them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.desk.conftest import USCC
from tests.desk.recognition.conftest import Played
from zongbu.desk.kernel import documents as rendering
from zongbu.desk.kernel.documents import CannotPrint, FontsMissing
from zongbu.desk.kernel.documents import rendering as room
from zongbu.desk.kernel.roles import Role
from zongbu.desk.recognition import documents
from zongbu.desk.recognition.actions import batches
from zongbu.desk.recognition.documents.certificates import grouped
from zongbu.desk.recognition.documents.letters import conditions
from zongbu.desk.recognition.models import Decision, Notice, Recognition
from zongbu.desk.recognition.views.titles import verification

pytestmark = pytest.mark.django_db
BASE = "https://zongbu.example"
MINIMAL = """#import "/kernel/documents/layouts/official.typ": *
#show: official.with(title: data.title)
#data.text
"""


def pages(pdf: bytes) -> int:
    """How many pages a PDF has; its page objects are not compressed."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def text_of(pdf: bytes, folder: Path) -> str:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not installed")
    file = folder / "text.pdf"
    file.write_bytes(pdf)
    found = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True, text=True)
    return re.sub(r"\s+", "", found.stdout)


# --- the room ----------------------------------------------------------------------------------------------


@pytest.fixture
def template(tmp_path: Path) -> Iterator[Path]:
    """A template of the tests; it must lie below the root of templates."""
    file = Path(room.__file__).parent / "layouts" / f"test-{tmp_path.name}.typ"
    file.write_text(MINIMAL)
    yield file
    file.unlink()


def test_the_same_data_give_the_same_bytes(template: Path) -> None:
    data = {"title": "标题", "text": "正文", "date": "2024-06-01"}
    first = rendering.render(template, data)
    room._compiler.cache_clear()
    assert first == rendering.render(template, data)
    assert first != rendering.render(template, {**data, "date": "2024-06-02"})
    assert first.startswith(b"%PDF-1.7") and pages(first) == 1


def test_a_character_without_glyph_is_named(template: Path) -> None:
    with pytest.raises(CannotPrint, match="😀"):
        rendering.render(template, {"title": "标题", "text": "笑脸😀", "date": "2024-06-01"})


def test_a_missing_font_folder_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing, match="make front"):
        rendering.fonts(tmp_path)


def test_markup_in_data_is_text(template: Path, tmp_path: Path) -> None:
    made = rendering.render(template, {"title": "t", "text": "#panic() *a* $x$ <b>", "date": "2024-06-01"})
    assert "#panic()*a*$x$<b>" in text_of(made, tmp_path)


def test_a_demonstration_marks_each_page(template: Path, tmp_path: Path, settings: Any) -> None:
    settings.DEMONSTRATION = False
    data = {"title": "t", "text": "正文。" * 3000, "date": "2024-06-01"}
    plain = rendering.render(template, data)
    assert "演示" not in text_of(plain, tmp_path)
    settings.DEMONSTRATION = True
    marked = rendering.render(template, data)
    assert pages(marked) > 3 and text_of(marked, tmp_path).count("不具有任何效力") == pages(marked)


# --- certificates ------------------------------------------------------------------------------------------


def test_a_certificate_says_what_it_is_for_and_fits_on_a_page(played: Played, tmp_path: Path) -> None:
    found = played.recognised().recognition
    made = documents.certificate(found, BASE)
    assert made == documents.certificate(found, BASE) and pages(made) == 1
    text = text_of(made, tmp_path)
    assert "取消" not in text
    for part in (found.number, "示例科技有限公司", "滨江区", "规模达标", grouped(found.code)):
        assert part in text
    found.name = "杭州" + "长名称" * 60 + "有限公司"
    found.revoked_on = found.recognised_on
    long = documents.certificate(found, BASE)
    assert pages(long) == 1 and "取消" in text_of(long, tmp_path)


# --- letters -----------------------------------------------------------------------------------------------


def test_the_letter_explains_a_recognition(played: Played, tmp_path: Path) -> None:
    case = played.recognised()
    text = text_of(documents.letter(case), tmp_path)
    for part in ("总部企业认定决定书", "示例科技有限公司：", case.receipt, "（三）2", "12.00亿元", "行政复议"):
        assert part in text


def test_the_letter_explains_a_refusal_and_how_to_object(played: Played, tmp_path: Path) -> None:
    played.proposed("refuse")
    leading = played.people(Role.LEADING_GROUP)
    batches.decide(leading, played.pk, "refuse", reason="不符合发展方向", deviation="领导小组另有判断")
    case = played.case
    made = documents.letter(case)
    assert made == documents.letter(case)
    text = text_of(made, tmp_path)
    for part in ("不予认定总部企业决定书", "不符合发展方向", "领导小组另有判断", "提出异议", "与计算结果不一致"):
        assert part in text


def test_there_is_no_letter_before_the_decision_is_final(played: Played) -> None:
    with pytest.raises(Decision.DoesNotExist):
        documents.letter(played.approved())


def test_the_explanation_follows_every_pointer_once(played: Played) -> None:
    played.recognised()
    decision = Decision.objects.get()
    found = conditions(decision.assessment, "is_headquarters")
    titles = [one["title"] for one in found]
    assert titles[0] == "总部企业" and len(titles) == len(set(titles)) and "规模达标" in titles
    assert all(one["answer"] in ("met", "failed", "open") for one in found)


# --- notices -----------------------------------------------------------------------------------------------


def test_notice_and_announcement_list_by_district(played: Played, tmp_path: Path) -> None:
    played.recognised()
    notice = Notice.objects.get()
    text = text_of(documents.notice(notice), tmp_path)
    assert "滨江区（1家）" in text and "示例科技有限公司" in text and notice.serial in text
    text = text_of(documents.announcement(notice), tmp_path)
    assert Recognition.objects.get().number in text


def test_a_long_list_repeats_its_head_on_each_page(tmp_path: Path) -> None:
    from zongbu.desk.recognition.documents.common import HERE

    rows = [[str(number), f"示例{number}公司" + "长" * (number % 60)] for number in range(1, 301)]
    made = rendering.render(
        HERE / "list.typ",
        {
            "title": "公示", "number": "编号：1", "date": "2024-06-01", "organ": "总部办", "paragraphs": ["甲"],
            "attachments": ["名单"], "list_title": "名单", "columns": ["序号", "企业名称"],
            "groups": [{"district": "上城区", "rows": rows}],
        },
    )  # fmt: skip
    listed = pages(made) - 1
    text = text_of(made, tmp_path)
    assert listed > 8 and text.count("序号") == listed and text.count("上城区（300家）") == listed


# --- who gets them -----------------------------------------------------------------------------------------

OTHER = "91330100MA2OTHER11"


def _sees(client: Client, address: str) -> int:
    return client.get(address).status_code


def test_certificates_and_letters_go_to_their_enterprise_and_officials_in_reach(
    played: Played, client_as: Callable[..., Client]
) -> None:
    case = played.recognised()
    certificate = reverse("recognition:certificate", args=[case.recognition.number])
    letter = reverse("recognition:letter", args=[case.receipt])
    for address in (certificate, letter):
        assert _sees(client_as(Role.ENTERPRISE_STAFF), address) == 200
        assert _sees(client_as(Role.ENTERPRISE_LEAD, uscc=OTHER), address) == 404
        assert _sees(client_as(Role.DISTRICT_LEAD), address) == 200
        assert _sees(client_as(Role.DISTRICT_OFFICER, district="330106"), address) == 404
        for role in (Role.CITY_OFFICER, Role.LEADING_GROUP, Role.AUDITOR):
            assert _sees(client_as(role), address) == 200
        assert _sees(client_as(Role.DEPARTMENT_OFFICER), address) == 403
        assert _sees(Client(), address) == 302
    answer = client_as(Role.CITY_LEAD).get(certificate)
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_notices_are_public_and_an_announcement_only_once_it_is_there(played: Played) -> None:
    played.noticed()
    notice = Notice.objects.get()
    assert _sees(Client(), reverse("recognition:notice_document", args=[notice.pk])) == 200
    assert _sees(Client(), reverse("recognition:announcement_document", args=[notice.pk])) == 404
    notice.starts += timedelta(days=3)
    notice.ends += timedelta(days=3)
    notice.save()
    assert _sees(Client(), reverse("recognition:notice_document", args=[notice.pk])) == 404


def test_a_name_that_cannot_be_printed_gives_a_page_that_says_so(
    played: Played, client_as: Callable[..., Client]
) -> None:
    found = played.recognised().recognition
    Recognition.objects.filter(pk=found.pk).update(name="示例😀公司")
    answer = client_as(Role.CITY_OFFICER).get(reverse("recognition:certificate", args=[found.number]))
    assert answer.status_code == 422 and "😀" in answer.content.decode()


# --- verification ------------------------------------------------------------------------------------------


def _verified(code: str) -> tuple[int, str]:
    answer = Client().get(reverse("recognition:verified", args=[code]))
    return answer.status_code, answer.content.decode()


def test_verification_tells_valid_revoked_expired_and_unknown(played: Played) -> None:
    found = played.recognised().recognition
    today = timezone.localdate()
    status, page = _verified(found.code)
    assert status == 200 and "证书有效" in page and found.number in page and "示例科技有限公司" in page
    assert USCC not in page and played.case.receipt not in page
    every = Recognition.objects.filter(pk=found.pk)
    every.update(recognised_on=today - timedelta(days=9), valid_until=today - timedelta(days=1))
    assert "证书已过有效期" in _verified(found.code)[1]
    every.update(revoked_on=today)
    assert "证书已取消" in _verified(found.code)[1]
    status, page = _verified("ABCDEFGHJKMN")
    assert status == 404 and "查不到" in page and found.number not in page


def test_a_typed_code_may_have_hyphens_and_small_letters(played: Played) -> None:
    found = played.recognised().recognition
    typed = f" {found.code[:4]}-{found.code[4:8]}-{found.code[8:]} ".lower()
    answer = Client().get(reverse("recognition:verify"), {"code": typed}, follow=True)
    assert "证书有效" in answer.content.decode()
    answer = Client().get(reverse("recognition:verify"), {"code": "ZB2024-330108-0001"})
    assert answer.status_code == 400


def test_who_asks_too_often_has_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(verification, "MOST", 2)
    client = Client()
    codes = [client.get(reverse("recognition:verified", args=["ABCDEFGHJKMN"])).status_code for _ in range(3)]
    assert codes == [404, 404, 429]
    cache.clear()
