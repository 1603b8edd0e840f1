"""Checking policy files: their examples, and the official text they stand on."""

from __future__ import annotations

from pathlib import Path

import pytest

from zongbu.law import InputError, Policy, load_policy
from zongbu.law.check import accept, check_against, record_file, recorded, run_examples, unexplained
from zongbu.law.document import shipped_policies
from zongbu.law.files import read_text

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
OFFICIAL = {"hangzhou-2023": "001_8b8097104d2a5ba3.txt", "binjiang-draft": "000_0232d15dac1ff308.txt"}

TOY = """---
标识: toy
文号: 湖政〔2026〕1号
名称: 湖滨市总部办法
状态: 施行
施行: 2026-01-01
---
# 一、认定
## （一）门槛
营收够大、办公面积够用的企业。

```参数
营收门槛 [revenue_floor] = 10亿元
奖励比例 [award_ratio] = 1.5%
奖励上限 [award_cap] = 500万元
宽限 [grace] = 2年
认定星级 [wanted_star] = 3
```
```解释
含本数口径 [bound_reading]:
  含 (默认): 含本数
  不含: 不含本数
```
```步骤
营收差额 [difference] = 上年度在杭营业收入 - 营收门槛
宽限期满 [grace_end] = 在杭登记日 + 宽限
两类家数 [both] = 市外分公司数 + 市外控股子公司数
占比 [share] = 上年度在杭研发费用 / 上年度在杭营业收入
```
```规则
够大 [is_big] = 如果(含本数口径 = 「含」, 上年度在杭营业收入 >= 营收门槛, 上年度在杭营业收入 > 营收门槛)
```
```措施
奖励 [award]:
  类别: 奖补
  对象: 够大 且 星级 >= 认定星级
  金额: 最小(四舍五入(上年度在杭营业收入 * 奖励比例, 2), 奖励上限)
```
```示例
{examples}
```
"""

OFFICIAL_TEXT = """湖滨市总部办法
一、认定
（一）门槛。上年度营收不低于10亿元的企业，按营收的1.5%给予不超过500万元的奖励，评为三星级的优先，
宽限期为2年。
"""


def toy(folder: Path, examples: str) -> Policy:
    file = folder / "toy.md"
    file.write_text(TOY.replace("{examples}", examples), "utf-8")
    return load_policy(file)


def failures(folder: Path, *lines: str) -> tuple[str, ...]:
    body = ["- 名称: 例", "  基准日: 2026-06-30", *(f"  {line}" for line in lines)]
    (outcome,) = run_examples(toy(folder, "\n".join(body)))
    assert outcome.passed is not bool(outcome.failures)
    return outcome.failures


# --- examples --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", shipped_policies(), ids=lambda file: file.stem)
def test_every_shipped_example_holds(file: Path) -> None:
    outcomes = run_examples(load_policy(file))
    assert len(outcomes) >= 20
    assert [(o.example.line, o.example.title, o.failures) for o in outcomes if not o.passed] == []


class TestWhatHolds:
    def test_truth_values_amounts_counts_and_dates(self, tmp_path: Path) -> None:
        assert not failures(
            tmp_path,
            "事实: {上年度在杭营业收入: 10亿元, 星级: 3, 在杭登记日: 2024-02-29,",
            "  市外分公司数: 2, 市外控股子公司数: 3}",
            "结果: {够大: 是, 奖励: 500万元, 营收差额: 0元, 两类家数: 5家, 宽限期满: 2026-02-28}",
        )

    def test_results_may_be_named_by_identifier(self, tmp_path: Path) -> None:
        assert not failures(tmp_path, "事实: {in_city_revenue: 9亿元}", "结果: {is_big: 否, award: 0元}")

    def test_an_amount_below_zero(self, tmp_path: Path) -> None:
        assert not failures(tmp_path, "事实: {上年度在杭营业收入: 9.5亿元}", "结果: {营收差额: -5000万元}")

    def test_undetermined_with_exactly_the_missing_facts(self, tmp_path: Path) -> None:
        assert not failures(
            tmp_path,
            "事实: {上年度在杭营业收入: 20亿元}",
            "结果: {奖励: 待定}",
            "缺: {奖励: [星级], 够大: []}",
        )

    def test_parameters_and_readings_of_the_example(self, tmp_path: Path) -> None:
        assert not failures(
            tmp_path,
            "事实: {上年度在杭营业收入: 3亿元, 星级: 3}",
            "参数: {营收门槛: 3亿元, award_cap: 100万元}",
            "解释: {含本数口径: 不含}",
            "结果: {够大: 否, 奖励: 0元}",
        )
        assert not failures(
            tmp_path,
            "事实: {上年度在杭营业收入: 3亿元, 星级: 3}",
            "参数: {营收门槛: 3亿元, award_cap: 100万元}",
            "结果: {够大: 是, 奖励: 100万元}",
        )


class TestWhatFails:
    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["事实: {上年度在杭营业收入: 9亿元}", "结果: {够大: 是}"], "「够大」应为 是，实为 否"),
            (["结果: {够大: 是}"], "「够大」应为 是，实为 待定（缺 上年度在杭营业收入）"),
            (["事实: {上年度在杭营业收入: 9亿元}", "结果: {够大: 待定}"], "「够大」应为 待定，实为 否"),
            (
                ["事实: {上年度在杭营业收入: 20亿元, 星级: 3}", "结果: {奖励: 500.01万元}"],
                "「奖励」应为 500.01万元，实为 5000000元",
            ),
            (
                ["事实: {市外分公司数: 1, 市外控股子公司数: 1}", "结果: {两类家数: 3家}"],
                "「两类家数」应为 3家，实为 2家",
            ),
            (
                ["事实: {在杭登记日: 2020-01-01}", "结果: {宽限期满: 2022-01-02}"],
                "「宽限期满」应为 2022-01-02，实为 2022-01-01",
            ),
            (
                ["事实: {上年度在杭营业收入: 20亿元}", "结果: {够大: 是}", "缺: {奖励: [市外分公司数]}"],
                "「奖励」缺的事实不同：示例写了而不缺的 市外分公司数；缺而示例没有写的 星级",
            ),
        ],
    )
    def test_a_result_that_comes_out_otherwise(self, tmp_path: Path, lines: list[str], expected: str) -> None:
        assert failures(tmp_path, *lines) == (expected,)

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            (["结果: {够太: 是}"], "没有结果「够太」。是否想写「够大」？"),
            (["结果: {够大: 待定}", "缺: {够小: [星级]}"], "缺：没有结果「够小」。是否想写「够大」？"),
            (["结果: {够大: 待定}", "缺: {够大: [星集]}"], "缺：没有事实「星集」。是否想写「星级」？"),
            (["参数: {营收门坎: 1元}", "结果: {够大: 待定}"], "没有参数「营收门坎」。是否想写「营收门槛」？"),
            (["事实: {上年度在杭营收: 很多}", "结果: {够大: 待定}"], "很多"),
            (["事实: {上年度营业收人: 1元}", "结果: {够大: 待定}"], "上年度在杭营业收入"),
            (["解释: {含本数口径: 都行}", "结果: {够大: 待定}"], "含、不含"),
            (["参数: {营收门槛: 3家}", "结果: {够大: 待定}"], "「3家」是家"),
            (["结果: {够大: 满足}"], "条件的结果应写 是、否 或 待定，不能写「满足」"),
            (["结果: {奖励: 3家}"], "结果应为元，给出的「3家」是家"),
            (["结果: {奖励: 一大笔}"], "结果「一大笔」读不懂"),
        ],
    )
    def test_what_cannot_be_understood_is_a_failure_too(self, tmp_path: Path, lines: list[str], expected: str) -> None:
        (found,) = failures(tmp_path, *lines)
        assert expected in found

    def test_every_wrong_result_is_told(self, tmp_path: Path) -> None:
        assert len(failures(tmp_path, "结果: {够大: 是, 奖励: 1元, 两类家数: 待定}")) == 2


def test_names_of_another_policy(tmp_path: Path) -> None:
    file = tmp_path / "upon.md"
    file.write_text(
        "---\n标识: upon\n名称: 依托市级\n状态: 征求意见\n施行: 未定\n---\n# 一、配套\n"
        "```规则\n规模好 [good] = hangzhou-2023.规模达标\n```\n"
        "```示例\n- 名称: 改市级参数\n  基准日: 2023-06-30\n"
        "  事实: {上年度在杭营业收入: 3亿元}\n"
        "  参数: {hangzhou-2023.存量营收门槛: 3亿元, 增量营收门槛: 2亿元}\n"
        "  结果: {规模好: 是, hangzhou-2023.规模达标: 是, 规模达标: 是}\n```\n",
        "utf-8",
    )
    (outcome,) = run_examples(load_policy(file))
    assert outcome.failures == ()


# --- the official text -----------------------------------------------------------------------------------


class TestTheOfficialText:
    def test_it_attaches_and_every_figure_is_found(self, tmp_path: Path) -> None:
        attachment = check_against(toy(tmp_path, "[]"), OFFICIAL_TEXT)
        assert attachment.without_gap
        assert not unexplained(attachment)
        assert {place.parameter: place.line for place in attachment.places_with("found")} == {
            "revenue_floor": 3,
            "award_ratio": 3,
            "award_cap": 3,
            "grace": 4,
            "wanted_star": 3,
        }

    def test_a_figure_that_is_not_there_and_not_explained(self, tmp_path: Path) -> None:
        attachment = check_against(toy(tmp_path, "[]"), OFFICIAL_TEXT.replace("1.5%", "2%"))
        assert [place.parameter for place in unexplained(attachment)] == ["award_ratio"]

    def test_accepting_and_noticing_a_change(self, tmp_path: Path) -> None:
        policy = toy(tmp_path, "[]")
        assert recorded(policy) is None
        file = accept(policy, OFFICIAL_TEXT)
        assert file == record_file(policy) == tmp_path / "toy.official.yaml"
        accepted = recorded(policy)
        assert accepted is not None
        assert accepted.document_number == "湖政〔2026〕1号"
        assert "营收不低于" not in file.read_text("utf-8")
        assert not check_against(policy, OFFICIAL_TEXT, accepted.digests).needs_review
        changed = OFFICIAL_TEXT.replace("优先", "优先考虑")
        assert check_against(policy, changed, accepted.digests).needs_review == ("（一）",)

    def test_a_record_that_cannot_be_read(self, tmp_path: Path) -> None:
        policy = toy(tmp_path, "[]")
        record_file(policy).write_text("摘要: [", "utf-8")
        with pytest.raises(InputError, match="--accept"):
            recorded(policy)

    def test_a_place_where_nothing_can_be_written(self, tmp_path: Path) -> None:
        policy = toy(tmp_path, "[]")
        record_file(policy).mkdir()
        with pytest.raises(InputError, match="写不了"):
            accept(policy, OFFICIAL_TEXT)

    @pytest.mark.parametrize("identifier", OFFICIAL)
    def test_the_real_documents_attach_without_a_gap(self, identifier: str) -> None:
        file = SEEDS / OFFICIAL[identifier]
        if not file.is_file():
            pytest.skip(f"official text {file.name} is not here (looked in ../shared/seeds beside the project)")
        attachment = check_against(load_policy(identifier), read_text(file))
        assert attachment.without_gap
        assert not unexplained(attachment)
