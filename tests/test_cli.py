"""The command line: what goes in, what comes out, and one clear line for whatever is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
import xlsxwriter
from typer.testing import CliRunner

from zongbu import __version__
from zongbu.cli import main
from zongbu.cli.application import COMMANDS, app
from zongbu.law import load_policy, read_overrides

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
DEMONSTRATION = str(ROOT / "zongbu" / "policies" / "demo-parameters.yaml")
SEEDS = ROOT.parent / "shared" / "seeds"
DAY = ("--as-of", "2023-06-30")

FACTS = """\
企业名称: 杭州某某科技股份有限公司
登记在杭: 是
行业代码: 0134
在杭登记日: 2015-03-01
上年度在杭营业收入@2022: 8.2亿元
上年度在杭营业收入@2021: 7亿元
市外分公司数:
"""
TABLE = """\
企业名称,登记在杭,行业代码,上年度在杭营业收入（万元）,备注栏
杭州甲公司,是,6513,"120,000",一
杭州乙公司,否,0134,5000,二
杭州乙公司分部,是,6513,,三
"""


@dataclass(frozen=True)
class Done:
    """What a run of the command line left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    def run(*arguments: str | Path) -> Done:
        code = main([str(argument) for argument in arguments])
        captured = capsysbinary.readouterr()
        return Done(code, captured.out.decode("utf-8"), captured.err.decode("utf-8"))

    return run


@pytest.fixture
def facts(tmp_path: Path) -> Path:
    file = tmp_path / "facts.yaml"
    file.write_text(FACTS, "utf-8")
    return file


def refused(done: Done, *parts: str) -> None:
    """One clear message on standard error, nothing on standard output, exit code 2."""
    assert done.code == 2
    assert done.out == ""
    assert "Traceback" not in done.err
    assert done.err.count("\n") == 1
    for part in parts:
        assert part in done.err, (part, done.err)


# --- assess: facts in ------------------------------------------------------------------------------------


class TestFactsFiles:
    def values(self, run: Run, file: Path, *more: str) -> dict[str, Any]:
        done = run("assess", file, *DAY, "--format", "json", *more)
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)["facts"]
        return found

    def test_yaml_as_it_is_written(self, run: Run, facts: Path) -> None:
        assert self.values(run, facts) == {
            "name": "杭州某某科技股份有限公司",
            "registered_in_city": True,
            "industry_code": "0134",
            "city_entry_date": "2015-03-01",
            "in_city_revenue": "820000000.00",
        }

    def test_json_with_exact_numbers(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "facts.json"
        file.write_text('{"in_city_revenue": 1234567890123456.78, "登记在杭": true, "star": 3, "name": null}', "utf-8")
        assert self.values(run, file) == {
            "in_city_revenue": "1234567890123456.78",
            "registered_in_city": True,
            "star": 3,
        }

    def test_years_of_a_fact(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "facts.yml"
        file.write_text("上年度在杭营业收入: {2021: 7亿元, 2022: 8亿元}\n", "utf-8")
        assert self.values(run, file) == {"in_city_revenue": "800000000.00"}

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_a_row_of_a_csv(self, run: Run, tmp_path: Path, encoding: str, delimiter: str) -> None:
        file = tmp_path / "table.csv"
        file.write_text(TABLE.replace('"120,000"', "120000").replace(",", delimiter), encoding)
        values = self.values(run, file, "--row", "2")
        assert values == {
            "name": "杭州甲公司",
            "registered_in_city": True,
            "industry_code": "6513",
            "in_city_revenue": "1200000000.00",
        }

    def test_a_row_by_name_and_what_is_said_about_the_table(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "table.csv"
        file.write_text("填报单位：某局,,,,\n" + TABLE, "utf-8")
        done = run("assess", file, *DAY, "--format", "json", "--name", "甲")
        assert json.loads(done.out)["facts"]["in_city_revenue"] == "1200000000.00"
        assert done.err == f"取「{file}」第 3 行\n忽略不认识的列：备注栏\n"
        assert self.values(run, file, "--name", "杭州乙公司")["industry_code"] == "0134"

    def test_a_row_of_a_workbook(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "table.xlsx"
        with xlsxwriter.Workbook(str(file)) as book:
            book.add_worksheet("封面").write(0, 0, "总部企业申报")
            sheet = book.add_worksheet("企业")
            day = book.add_format({"num_format": "yyyy-mm-dd"})
            for column, title in enumerate(("企业名称", "行业代码", "在杭登记日", "登记在杭")):
                sheet.write(0, column, title)
            sheet.write_row(1, 0, ["杭州甲公司", 6513])
            sheet.write_datetime(1, 2, date(2015, 3, 1), day)
            sheet.write_boolean(1, 3, True)
        expected = {
            "name": "杭州甲公司",
            "industry_code": "6513",
            "city_entry_date": "2015-03-01",
            "registered_in_city": True,
        }
        assert self.values(run, file) == expected
        assert self.values(run, file, "--sheet", "企业") == expected

    def test_the_only_row_need_not_be_chosen(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "table.csv"
        file.write_text("\n".join(TABLE.splitlines()[:2]), "utf-8")
        assert self.values(run, file)["name"] == "杭州甲公司"

    def test_standard_input(self) -> None:
        done = cli("assess", "-", *DAY, "--format", "json", text='{"登记在杭": "是"}')
        assert json.loads(done.out)["facts"] == {"registered_in_city": True}
        done = cli("assess", "-", *DAY, "--format", "json", text="登记在杭: 是\n")
        assert json.loads(done.out)["facts"] == {"registered_in_city": True}

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.json", "{", "第 1 行第 2 列"),
            ("a.json", "[]", "JSON 对象"),
            ("a.json", '{"star": 1, "star": 2}', "「star」写了两次"),
            ("a.json", "[" * 99_999, "嵌套过深"),
            ("a.yaml", "a: [", "不是合格的 YAML"),
            ("a.yaml", "- 是\n", "每行「事实: 值」"),
            ("a.yaml", "星级: 3\n星级: 4\n", "「星级」写了两次"),
            ("a.yaml", "星级: [3]\n", "不能是列表"),
            ("a.yaml", "星极: 3\n", "是不是「星级」"),
            ("a.yaml", "上年度在杭营业收入: -1\n", "不能小于零"),
            ("a.yaml", "在杭登记日: 2023-02-30\n", "2023-02-30"),
            ("a.yaml", "&x a: &x {b: *x}\n", "a"),
            ("a.csv", "列一,列二\n1,2\n", "没有一列是已知的事实"),
            ("a.csv", "", "空的"),
            ("a.csv", "企业名称,登记在杭\n", "只有表头"),
            ("a.xlsx", "企业名称", "Excel"),
            ("a.docx", "x", "不认识的文件类型"),
            ("a.parquet", "x", "zongbu screen"),
            ("a.yaml", "\x00\x01\x02", "不是"),
        ],
    )
    def test_files_that_cannot_be_used(self, run: Run, tmp_path: Path, name: str, content: str, message: str) -> None:
        file = tmp_path / name
        file.write_text(content, "utf-8")
        refused(run("assess", file, *DAY), message)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ((), "请用 --row 行号 或 --name"),
            (("--row", "9"), "最后一行是第 4 行"),
            (("--row", "0"), "大于零的整数"),
            (("--row", "二"), "大于零的整数"),
            (("--name", "丙"), "没有名称含「丙」"),
            (("--name", "公司"), "第 2 行 杭州甲公司；第 3 行 杭州乙公司；第 4 行 杭州乙公司分部"),
            (("--name", "甲", "--row", "2"), "只能用一个"),
        ],
    )
    def test_rows_that_cannot_be_chosen(
        self, run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
    ) -> None:
        file = tmp_path / "table.csv"
        file.write_text(TABLE, "utf-8")
        refused(run("assess", file, *DAY, *arguments), message)

    def test_a_ragged_row(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "table.csv"
        file.write_text(TABLE + "杭州丁公司,是\n", "utf-8")
        refused(run("assess", file, *DAY, "--row", "5"), "第 5 行读不了", "单元格少于表头")

    def test_choosing_a_row_of_what_is_no_table(self, run: Run, facts: Path) -> None:
        refused(run("assess", facts, *DAY, "--row", "2"), "不是表格")

    def test_every_fault_is_named_at_once(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "a.yaml"
        file.write_text("星级: 很高\n登记在杭: 也许\n", "utf-8")
        done = run("assess", file, *DAY)
        assert done.code == 2
        assert "有 2 项事实不能使用" in done.err
        assert "星级「很高」" in done.err
        assert "登记在杭「也许」" in done.err


# --- assess: results out ---------------------------------------------------------------------------------


class TestAssess:
    def test_text(self, run: Run, facts: Path) -> None:
        done = run("assess", facts, *DAY)
        assert done.code == 0
        assert done.err == ""
        assert "规模达标           ✗ 不满足" in done.out
        assert "还差 1.80亿元" in done.out
        assert "\x1b" not in done.out

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_json_is_exactly_the_document(self, run: Run, facts: Path, lang: str) -> None:
        done = run("assess", facts, *DAY, "-f", "json", "--lang", lang, "--parameters", DEMONSTRATION)
        policy = load_policy("hangzhou-2023")
        given = {
            "企业名称": "杭州某某科技股份有限公司",
            "登记在杭": "是",
            "行业代码": "0134",
            "在杭登记日": "2015-03-01",
            "上年度在杭营业收入": "8.2亿元",
        }
        assessment = policy.assess(given, as_of=date(2023, 6, 30), parameters=read_overrides(DEMONSTRATION))
        document = json.loads(done.out)
        assert document == json.loads(json.dumps(assessment.document(lang)))
        assert {"policy", "version", "as_of", "results", "missing", "shortfalls", "readings"} <= set(document)
        assert {"value", "clause", "because"} <= set(document["results"]["is_headquarters"])
        assert done.out.startswith('{\n  "policy": "hangzhou-2023",\n')
        assert "\\u" not in done.out

    def test_html(self, run: Run, facts: Path) -> None:
        done = run("assess", facts, *DAY, "--format", "html", "--lang", "en")
        assert done.out.startswith('<!DOCTYPE html>\n<html lang="en">')

    @pytest.mark.parametrize(
        ("name", "begins"), [("a.json", "{"), ("a.html", "<!DOCTYPE"), ("a.txt", "杭州某某"), ("a", "杭州某某")]
    )
    def test_a_file_takes_the_form_of_its_name(
        self, run: Run, facts: Path, tmp_path: Path, name: str, begins: str
    ) -> None:
        done = run("assess", facts, *DAY, "--output", tmp_path / name)
        assert done == Done(0, "", f"已写入 {tmp_path / name}\n")
        assert (tmp_path / name).read_text("utf-8").startswith(begins)

    def test_results_and_readings(self, run: Run, tmp_path: Path) -> None:
        file = tmp_path / "a.yaml"
        file.write_text("市外分公司数: 1\n市外控股子公司数: 1\n", "utf-8")
        base = ("assess", file, *DAY, "-f", "json", "--results", "分支机构达标，is_incumbent")
        results = json.loads(run(*base).out)["results"]
        assert {name: entry["value"] for name, entry in results.items()} == {
            "meets_branch_condition": True,
            "is_incumbent": None,
        }
        results = json.loads(run(*base, "--reading", "分支机构口径=仅分公司").out)["results"]
        assert results["meets_branch_condition"]["value"] is False

    def test_demonstration_parameters_are_said(self, run: Run, facts: Path) -> None:
        assert "演示参数" in run("assess", facts, *DAY, "--parameters", DEMONSTRATION).out
        assert "演示参数" not in run("assess", facts, *DAY).out

    def test_today_is_the_default(self, run: Run, facts: Path) -> None:
        assert json.loads(run("assess", facts, "-f", "json").out)["as_of"] == date.today().isoformat()

    def test_another_policy_by_file(self, run: Run, tmp_path: Path) -> None:
        policy = tmp_path / "own.md"
        policy.write_text(
            "---\n标识: own\n名称: 自定\n状态: 征求意见\n施行: 未定\n---\n# 一、认定\n"
            "```规则\n本地 [local] = 登记在杭\n```\n",
            "utf-8",
        )
        facts = tmp_path / "a.yaml"
        facts.write_text("登记在杭: 是\n", "utf-8")
        done = run("assess", facts, "--policy", policy, *DAY)
        assert "本地   ✓ 满足" in done.out
        assert "政策尚未施行" in done.out

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--as-of", "2023-6-30"), "2023-06-30 的样子"),
            (("--as-of", "2023-02-29"), "没有「2023-02-29」这一天"),
            (("--as-of", "今天"), "年-月-日"),
            (("--policy", "hangzhou-2032"), "是否想写「hangzhou-2023」"),
            (("--policy", "none.md"), "没有政策「none.md」"),
            (("--parameters", "none.yaml"), "找不到文件「none.yaml」"),
            (("--reading", "分支机构口径"), "名=选项"),
            (("--reading", "分支机构口径=都行"), "可选：合计"),
            (("--reading", "分支口径=合计"), "是否想写「分支机构口径」"),
            (("--reading", "分支机构口径=合计", "--reading", "分支机构口径=仅分公司"), "写了两次"),
            (("--results", "is_headquarter"), "是否想写「is_headquarters」"),
            (("--format", "pdf"), "可用：text、json、html"),
            (("--lang", "fr"), "可用：zh、en"),
            (("--output", "/none/there.json"), "写不了「/none/there.json」"),
            (("--foo",), "没有选项 --foo"),
            (("--format",), "选项 --format 后面要有值"),
            (("extra",), "多余的内容：extra"),
        ],
    )
    def test_options_that_cannot_be_used(self, run: Run, facts: Path, arguments: tuple[str, ...], message: str) -> None:
        refused(run("assess", facts, *arguments), message)

    def test_a_parameter_file_for_another_policy(self, run: Run, facts: Path, tmp_path: Path) -> None:
        file = tmp_path / "parameters.yaml"
        file.write_text("hangzou-2023:\n  rent_subsidy_ratio: {value: 30%, source: 某某}\n", "utf-8")
        refused(run("assess", facts, *DAY, "--parameters", file), "没有政策「hangzhou-2023」的参数，只有：hangzou-2023")

    @pytest.mark.parametrize("deep", ["[" * 200_000, "企业名称: " + "[" * 3000, "- " * 100_000, "a: &a x\nb: *a"])
    def test_yaml_that_would_end_the_process(self, run: Run, tmp_path: Path, deep: str) -> None:
        (tmp_path / "deep.yaml").write_text(deep, "utf-8")
        refused(run("assess", tmp_path / "deep.yaml", *DAY), "不是合格的 YAML：第")

    def test_a_section_of_no_policy_in_a_parameter_file(self, run: Run, facts: Path, tmp_path: Path) -> None:
        file = tmp_path / "values.yaml"
        file.write_text("hangzhou-2023: {}\nhangzhou-2032: {a: {value: 1}}\n", "utf-8")
        refused(run("assess", facts, "--parameters", file), "「hangzhou-2032」不是已知的政策")

    def test_a_broken_policy_file_is_told_line_by_line(self, run: Run, facts: Path, tmp_path: Path) -> None:
        policy = tmp_path / "bad.md"
        policy.write_text(
            "---\n标识: bad\n名称: 坏\n状态: 施行\n---\n"
            "# 一、认定\n```规则\n甲 [a] = 登记在航\n乙 [b] = 星级 >=\n```\n",
            "utf-8",
        )
        done = run("assess", facts, "--policy", policy)
        assert done.code == 2
        assert done.out == ""
        assert [line.split(": ")[0] for line in done.err.splitlines()] == ["bad.md:8:9", "bad.md:9:14"]
        assert "登记在杭" in done.err


# --- check -----------------------------------------------------------------------------------------------


TOY = """---
标识: toy
名称: 玩具
状态: 施行
施行: 2023-01-01
---
# 一、认定
## （一）门槛
```参数
营收门槛 [floor] = 10亿元
```
```规则
够大 [is_big] = 上年度在杭营业收入 >= 营收门槛
```
```示例
- 名称: 恰好
  基准日: 2023-06-30
  事实: {上年度在杭营业收入: 10亿元}
  结果: {够大: 是}
```
"""


class TestCheck:
    @pytest.fixture
    def toy(self, tmp_path: Path) -> Path:
        file = tmp_path / "toy.md"
        file.write_text(TOY, "utf-8")
        return file

    @pytest.fixture
    def text(self, tmp_path: Path) -> Path:
        file = tmp_path / "official.txt"
        file.write_text("一、认定\n（一）门槛。营收不低于10亿元的企业。\n", "gbk")
        return file

    def test_the_shipped_policies(self, run: Run) -> None:
        done = run("check")
        assert done.code == 0
        assert re.findall(r"✓ (\d+) 个示例全部符合", done.out) == ["21", "126"]
        assert done.err == ""

    def test_an_example_that_fails(self, run: Run, toy: Path) -> None:
        toy.write_text(TOY.replace("营业收入: 10亿元}", "营业收入: 9亿元}"), "utf-8")
        done = run("check", toy)
        assert done.code == 1
        assert "✗ 1 个示例中 1 个不符合" in done.out
        assert "toy.md:16: 恰好：「够大」应为 是，实为 否" in done.out

    def test_a_broken_file_does_not_hide_the_others(self, run: Run, toy: Path, tmp_path: Path) -> None:
        bad = tmp_path / "bad.md"
        bad.write_text(TOY.replace("营收门槛\n```\n```示例", "营收门坎\n```\n```示例"), "utf-8")
        done = run("check", bad, toy)
        assert done.code == 2
        assert "bad.md:13" in done.err
        assert "营收门坎" in done.err
        assert "✓ 1 个示例全部符合" in done.out

    def test_against_an_official_text(self, run: Run, toy: Path, text: Path) -> None:
        done = run("check", toy, "--against", text)
        assert done.code == 0
        assert re.search(r"营收门槛 +（一） +10亿元 +在本条 +（一） 第 2 行 +…", done.out)
        assert "✓ 2 个条款全部对应" in done.out
        assert "核对无误后加 --accept" in done.out

    def test_accepting_and_a_change_afterwards(self, run: Run, toy: Path, text: Path) -> None:
        done = run("check", toy, "--against", text, "--accept")
        assert done.code == 0
        assert "已记下官方文本的文字" in done.err
        assert toy.with_name("toy.official.yaml").is_file()
        assert "须复核" not in run("check", toy, "--against", text).out
        text.write_text(text.read_text("gbk").replace("企业", "法人"), "gbk")
        done = run("check", toy, "--against", text)
        assert done.code == 1
        assert "须复核：（一）" in done.out
        assert run("check", toy, "--against", text, "--accept").code == 0
        assert run("check", toy, "--against", text).code == 0

    def test_gaps_and_figures_that_are_not_there(self, run: Run, toy: Path, text: Path) -> None:
        text.write_text("一、认定\n（一）门槛。营收不低于9亿元的企业。\n（二）其他。另行规定。\n", "utf-8")
        done = run("check", toy, "--against", text, "--accept")
        assert done.code == 1
        assert "✗ 政策文件里没有的条文：（二）" in done.out
        assert "也没有说明出处的数：营收门槛 10亿元" in done.out
        assert "没有记下官方文本" in done.err
        assert not toy.with_name("toy.official.yaml").exists()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--accept",), "--against"),
            (("--against", "x.txt"), "一次只对一个政策"),
            (("hangzhou-2023", "binjiang-draft", "--against", "x.txt"), "一次只对一个政策"),
            (("nowhere",), "没有政策「nowhere」"),
        ],
    )
    def test_what_cannot_be_asked(self, run: Run, arguments: tuple[str, ...], message: str) -> None:
        refused(run("check", *arguments), message)

    def test_an_official_text_that_cannot_be_read(self, run: Run, toy: Path, tmp_path: Path) -> None:
        done = run("check", toy, "--against", tmp_path / "none.txt")
        assert (done.code, "找不到文件" in done.err) == (2, True)
        (tmp_path / "empty.txt").write_text("没有编号的文字\n", "utf-8")
        done = run("check", toy, "--against", tmp_path / "empty.txt")
        assert (done.code, "条款编号" in done.err) == (2, True)

    @pytest.mark.parametrize(
        ("policy", "file", "clauses"),
        [
            ("hangzhou-2023", "001_8b8097104d2a5ba3.txt", 33),
            ("binjiang-draft", "000_0232d15dac1ff308.txt", 17),
        ],
    )
    def test_the_real_documents(self, run: Run, policy: str, file: str, clauses: int) -> None:
        if not (SEEDS / file).is_file():
            pytest.skip(f"official text {file} is not here (looked in ../shared/seeds beside the project)")
        done = run("check", policy, "--against", SEEDS / file)
        assert done.code == 0, done.out
        assert f"✓ {clauses} 个条款全部对应" in done.out


# --- screen ----------------------------------------------------------------------------------------------


SCREENED = """\
企业名称,登记在杭,上年度在杭营业收入,在杭登记日,备注栏
甲公司,是,12亿元,2015-01-01,一
乙公司,是,-5,2015-01-01,二
丙公司,是,3亿元,2022-01-01,三
丁公司,否,,2022-01-01,四
"""


class TestScreen:
    @pytest.fixture
    def table(self, tmp_path: Path) -> Path:
        file = tmp_path / "table.csv"
        file.write_text(SCREENED, "utf-8")
        return file

    def test_rows_and_summary(self, run: Run, table: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.csv"
        done = run("screen", table, *DAY, "--results", "规模达标,is_incumbent", "--output", out)
        assert done.code == 0
        assert out.read_text("utf-8-sig").splitlines() == [
            "name,meets_scale,is_incumbent",
            "甲公司,true,true",
            "丙公司,false,false",
            "丁公司,,false",
        ]
        assert "3,上年度在杭营业收入,-5,不能小于零" in (tmp_path / "out.rejects.csv").read_text("utf-8-sig")
        assert "筛查 3 家，另有 1 行读不了" in done.out
        assert re.search(r"规模达标 +1 +1 +1", done.out)
        assert "！忽略不认识的列：备注栏" in done.out
        assert done.err == f"已写入 {out}（3 行）\n读不了的 1 行写在 {tmp_path / 'out.rejects.csv'}\n"

    def test_only_those_that_meet_a_result(self, run: Run, table: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.csv"
        run("screen", table, *DAY, "--only", "meets_scale", "--results", "is_incumbent", "-o", out)
        assert out.read_text("utf-8-sig").splitlines() == ["name,is_incumbent", "甲公司,true"]

    def test_the_summary_alone(self, run: Run, table: Path, tmp_path: Path) -> None:
        done = run("screen", table, *DAY, "--summary", "--lang", "en", "--results", "meets_scale")
        assert done.code == 0
        assert "as of 30 June 2023: 3 enterprises screened, 1 rows could not be read" in done.out
        assert re.search(r"Meets the scale condition +1 +1 +1", done.out)
        assert [file.name for file in tmp_path.iterdir()] == ["table.csv"]
        assert done.err == (
            "读不了的有 1 行，如：\n"
            "  第 3 行 「上年度在杭营业收入」「-5」：不能小于零\n"
            "全部写下来请加 --rejects 文件.csv\n"
        )

    def test_only_the_first_unreadable_cells_are_shown(self, run: Run, tmp_path: Path) -> None:
        table = tmp_path / "bad.csv"
        table.write_text("企业名称,登记在杭\n" + f"甲,{'也许' * 100}\n" * 9 + "乙,是,多\n", "utf-8")
        told = run("screen", table, *DAY, "--summary").err.splitlines()
        assert told[0] == "读不了的有 10 行，如："
        assert [line.partition("行")[0] for line in told[1:-1]] == [f"  第 {row} " for row in range(2, 7)]
        assert all(len(line) < 100 for line in told)

    def test_memory(self, run: Run, table: Path) -> None:
        assert run("screen", table, *DAY, "--summary", "--memory", "0.5 gb").code == 0
        refused(run("screen", table, *DAY, "--summary", "--memory", "2MB"), "不够用")

    def test_strict(self, run: Run, table: Path, tmp_path: Path) -> None:
        rejects = tmp_path / "unread.csv"
        done = run("screen", table, *DAY, "--summary", "--strict", "--rejects", rejects)
        assert done.code == 1
        assert "不能小于零" in rejects.read_text("utf-8-sig")
        table.write_text(SCREENED.replace("-5", "5"), "utf-8")
        assert run("screen", table, *DAY, "--summary", "--strict").code == 0

    def test_demonstration_parameters_are_said(self, run: Run, table: Path) -> None:
        base = ("screen", table, *DAY, "--summary", "--results", "star_award")
        assert "演示参数：星级奖励标准" in run(*base, "--parameters", DEMONSTRATION).out
        assert "演示参数" not in run(*base).out

    @pytest.mark.parametrize("results", ["star_award", "star_award,meets_scale"])
    def test_demonstration_parameters_are_said_in_the_file(
        self, run: Run, table: Path, tmp_path: Path, results: str
    ) -> None:
        base = ("screen", table, *DAY, "--results", results, "--parameters", DEMONSTRATION, "-o")
        run(*base, tmp_path / "out.csv")
        rows = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
        assert rows[0].endswith(",remarks")
        assert all(row.endswith(",演示参数") for row in rows[1:])
        run(*base, tmp_path / "out.xlsx")
        book = openpyxl.load_workbook(tmp_path / "out.xlsx")
        assert [row[-1].value for row in book["筛查结果"].rows] == ["remarks", "演示参数", "演示参数", "演示参数"]
        assert book["说明"]["A1"].value == "演示参数：星级奖励标准 用的是演示值，不是公布的标准"
        run(*base, tmp_path / "out.parquet")
        assert duckdb.sql(f"SELECT DISTINCT remarks FROM '{tmp_path}/out.parquet'").fetchall() == [("演示参数",)]
        note = duckdb.sql(f"SELECT decode(value) FROM parquet_kv_metadata('{tmp_path}/out.parquet')").fetchall()
        assert note == [("演示参数：星级奖励标准 用的是演示值，不是公布的标准",)]

    def test_no_mark_where_no_demonstration_value_was_read(self, run: Run, table: Path, tmp_path: Path) -> None:
        out = tmp_path / "out.xlsx"
        run("screen", table, *DAY, "--results", "meets_scale", "--parameters", DEMONSTRATION, "-o", out)
        book = openpyxl.load_workbook(out)
        assert book.sheetnames == ["筛查结果"]
        assert [cell.value for cell in book["筛查结果"][1]] == ["name", "meets_scale"]

    def test_a_csv_opens_in_excel(self, run: Run, table: Path, tmp_path: Path) -> None:
        run("screen", table, *DAY, "-o", tmp_path / "out.csv")
        for name in ("out.csv", "out.rejects.csv"):
            assert (tmp_path / name).read_bytes().startswith(b"\xef\xbb\xbf")

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("none.csv", "--summary"), "没有这个文件"),
            (("{table}", "--policy", "nowhere", "--summary"), "nowhere"),
            (("{table}", "--summary", "--output", "x.csv"), "--summary 不写表格"),
            (("{table}", "--summary", "--only", "meets_scale"), "--only"),
            (("{table}", "--only", "meets_scale"), "--output"),
            (("{table}", "--engine", "excel"), "可用：duckdb、spark、postgres"),
            (("{table}", "--master", "spark://x", "--summary"), "--engine spark"),
            (("{table}", "--output", "x.doc"), "扩展名"),
            (("{table}", "--results", "meets_scal", "--summary"), "是否想写「meets_scale」"),
            (("{table}", "--sheet", "表", "--summary"), "工作簿"),
            (("{table}", "--as-of", "2023", "--summary"), "2023-06-30 的样子"),
            (("{table}", "--memory", "abc", "--summary"), "如 500MB"),
            (("{table}", "--memory", "0GB", "--summary"), "如 500MB"),
            (("{table}", "--output", "{table}"), "会被盖掉"),
        ],
    )
    def test_what_cannot_be_asked(self, run: Run, table: Path, arguments: tuple[str, ...], message: str) -> None:
        refused(run("screen", *(argument.replace("{table}", str(table)) for argument in arguments)), message)


# --- verify, policies, facts -----------------------------------------------------------------------------


class TestVerify:
    def test_identical(self, run: Run, facts: Path, tmp_path: Path) -> None:
        record = tmp_path / "record.json"
        run("assess", facts, *DAY, "--parameters", DEMONSTRATION, "--output", record)
        done = run("verify", record)
        assert done.code == 0
        assert done.out.startswith("✓ 一致：")

    def test_changed(self, run: Run, facts: Path, tmp_path: Path) -> None:
        record = tmp_path / "record.json"
        run("assess", facts, *DAY, "--output", record)
        content = json.loads(record.read_text("utf-8"))
        content["results"]["meets_scale"]["value"] = True
        record.write_text(json.dumps(content), "utf-8")
        done = run("verify", record)
        assert done.code == 1
        assert "✗ 有 1 处不同：\n  results.meets_scale.value：记录为 true，重算为 false" in done.out

    def test_many_changes_are_counted(self, run: Run, facts: Path, tmp_path: Path) -> None:
        record = tmp_path / "record.json"
        run("assess", facts, *DAY, "--output", record)
        content = json.loads(record.read_text("utf-8"))
        content["lang"] = "en"
        record.write_text(json.dumps(content), "utf-8")
        assert re.search(r"还有 \d+ 处", run("verify", record).out)

    def test_another_version_of_the_policy(self, run: Run, facts: Path, tmp_path: Path) -> None:
        record, policy = tmp_path / "record.json", tmp_path / "hangzhou-2023.md"
        run("assess", facts, *DAY, "--output", record)
        policy.write_text(load_policy("hangzhou-2023").path.read_text("utf-8") + "\n", "utf-8")
        done = run("verify", record, "--policy", policy)
        assert done.code == 1
        assert "政策版本不同" in done.out
        assert "重算的内容逐字相同" in done.out

    def test_no_record(self, run: Run, facts: Path, tmp_path: Path) -> None:
        refused(run("verify", facts), "不是合格的 JSON")
        refused(run("verify", tmp_path / "none.json"), "找不到文件")
        (tmp_path / "other.json").write_text("{}", "utf-8")
        refused(run("verify", tmp_path / "other.json"), "缺少「policy」")


class TestListings:
    def test_policies(self, run: Run) -> None:
        done = run("policies")
        assert done.code == 0
        for part in ("hangzhou-2023", "杭政办〔2023〕3号", "binjiang-draft", "征求意见", "126"):
            assert part in done.out

    def test_facts(self, run: Run) -> None:
        out = run("facts").out
        for part in ("上年度在杭营业收入", "in_city_revenue", "金额（元）", "认定", "可填：无、央企"):
            assert part in out
        assert "公示开始日" not in out

    def test_facts_of_a_policy(self, run: Run) -> None:
        out = run("facts", "--policy", "hangzhou-2023").out
        assert "公示开始日" in out
        assert "企业名称" not in out
        refused(run("facts", "--policy", "nowhere"), "nowhere")


# --- the program -----------------------------------------------------------------------------------------


class TestHelp:
    def test_without_arguments_the_commands_are_listed(self, run: Run) -> None:
        done = run()
        assert done.code == 0
        for command in COMMANDS:
            assert command.__name__ in done.out
        assert done.out.strip() == run("--help").out.strip()

    @pytest.mark.parametrize("command", [command.__name__ for command in COMMANDS])
    def test_nothing_is_cut_off_in_a_terminal_of_80_columns(
        self, run: Run, command: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "80")
        done = run(command, "--help")
        assert done.code == 0
        assert "…" not in done.out
        assert "选项 Options" in done.out
        assert re.search("[\u4e00-\u9fff]", done.out)

    def test_version(self, run: Run) -> None:
        assert run("--version") == Done(0, f"zongbu {__version__}\n", "")

    def test_wrong_commands(self, run: Run) -> None:
        refused(run("asess"), "没有命令「asess」，是否想写 assess")
        refused(run("assess"), "缺少 FACTS")

    def test_the_application_runs_under_typer_alone(self) -> None:
        result = CliRunner().invoke(app, ["policies"])
        assert result.exit_code == 0
        assert "hangzhou-2023" in result.output


def cli(*arguments: str | Path, text: str | None = None, environment: dict[str, str] | None = None) -> Done:
    """A run in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "zongbu", *map(str, arguments)],
        input=None if text is None else text.encode("utf-8"),
        capture_output=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
    )
    return Done(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


class TestProcess:
    def test_the_sample_enterprise(self) -> None:
        done = cli("assess", EXAMPLES / "one-enterprise.yaml", "--policy", "hangzhou-2023", *DAY)
        assert done.code == 0
        assert done.err == ""
        assert "恒生电子股份有限公司" in done.out
        assert "还缺的事实" in done.out

    def test_exit_codes_of_a_process(self, tmp_path: Path) -> None:
        assert cli("assess", tmp_path / "none.json") == Done(2, "", f"错误：找不到文件「{tmp_path / 'none.json'}」\n")

    def test_a_terminal_that_lacks_the_signs(self, facts: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "zongbu", "assess", str(facts), *DAY],
            capture_output=True, check=False, cwd=ROOT, env={**os.environ, "PYTHONIOENCODING": "gbk"},
        )  # fmt: skip
        assert done.returncode == 0
        assert "还差 1.80亿元" in done.stdout.decode("gbk")

    def test_json_is_utf8_whatever_the_terminal(self, facts: Path) -> None:
        done = cli("assess", facts, *DAY, "-f", "json", environment={"PYTHONIOENCODING": "gbk"})
        assert json.loads(done.out)["facts"]["name"] == "杭州某某科技股份有限公司"

    @pytest.mark.parametrize("arguments", [["facts"], ["assess", "{facts}", "-f", "json"], ["assess", "{facts}"]])
    def test_a_reader_that_leaves(self, facts: Path, arguments: list[str]) -> None:
        given = [argument.replace("{facts}", str(facts)) for argument in arguments]
        process = subprocess.Popen(
            [sys.executable, "-m", "zongbu", *given], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
        )
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.wait(30) == 141
        assert process.stderr.read() == b""
        process.stderr.close()

    def test_only_what_a_command_needs_is_imported(self, facts: Path) -> None:
        program = (
            "import sys; from zongbu.cli import main; main(sys.argv[1:]);"
            "print([m for m in ('duckdb', 'sqlglot', 'python_calamine', 'zongbu.law.official') if m in sys.modules])"
        )
        done = subprocess.run(
            [sys.executable, "-c", program, "assess", str(facts), *DAY],
            capture_output=True, check=True, cwd=ROOT, text=True, encoding="utf-8",
        )  # fmt: skip
        assert done.stdout.splitlines()[-1] == "[]"

    def test_a_fault_of_ours_is_told_in_one_line(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail() -> Any:
            raise ZeroDivisionError("oh")

        monkeypatch.setattr("zongbu.law.document.shipped_policies", fail)
        done = run("policies")
        assert done.code == 70
        assert "ZeroDivisionError: oh" in done.err
        assert "ZONGBU_DEBUG" in done.err
        monkeypatch.setenv("ZONGBU_DEBUG", "1")
        with pytest.raises(ZeroDivisionError):
            run("policies")
