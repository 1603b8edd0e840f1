"""Keeps what README.md and README.zh.md show true: transcripts and tables come from the program itself.

python tools/readme.py           writes the marked blocks anew
python tools/readme.py --check   fails where one is no longer what the program says
"""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

from zongbu.law import load_policy
from zongbu.law.explain.assessment import Assessment
from zongbu.law.names import Names

ROOT = Path(__file__).resolve().parents[1]
POLICY, AS_OF = "hangzhou-2023", "2023-06-30"
TABLE = ROOT / "examples" / "hangzhou-listed.csv"
SHOWN = ("is_headquarters", "meets_basic_conditions", "meets_scale")
OTHER_RULES = {"zh": "理由中引用的其他规则", "en": "Other rules that the reasons refer to"}
WORDS = {
    "zh": {
        "results": ("结果", "满足", "不满足", "待定"),
        "facts": ("缺的事实", "来源", "家数"),
        "kinds": {"declared": "企业申报", "registry": "登记或部门数据", "finding": "部门认定"},
        "not": "**公开事实已能定的：{0}家不是总部企业。** 属于排除行业的{1}家，省属、市属国有企业{2}家，"
        "不在杭州登记的{3}家（有的占两样）。规模达标的有{4}家，其中{5}家仍因行业或国有属性排除。",
        "open": "**其余{0}家待定，一家也没有被猜成“是”或“否”。** 其中{1}家在规模或上市上已经够格，只差基本条件里的"
        "几项；另外{2}家还要看规模、研发或上市。补上下面这些事实，就有定论：",
    },
    "en": {
        "results": ("Result", "met", "not met", "undetermined"),
        "facts": ("Missing fact", "Who can supply it", "Enterprises"),
        "kinds": {
            "declared": "the enterprise",
            "registry": "a registry",
            "finding": "a department's finding",
        },
        "not": "**Decided by public facts: {0} are not headquarters enterprises.** {1} are in an excluded "
        "industry, {2} are owned by the province or the city, {3} is not registered in Hangzhou (some are "
        "two of these). {4} meet the scale condition; {5} of them are excluded all the same.",
        "open": "**The other {0} are undetermined, and none is guessed.** {1} of them are large "
        "enough or listed and lack only some of the basic conditions; {2} also need their scale, research "
        "or listing to be known. These facts would decide them:",
    },
}


WAYS = {"in_city_revenue", "city_entry_date", "rnd_expense", "stock_exchange", "listing_entity_in_city"}
"""Facts on which a way to become a headquarters enterprise hangs, beyond the basic conditions."""


def transcript(lang: str) -> str:
    """What ``zongbu assess`` prints for the sample enterprise, without the rules told further below."""
    command = ["assess", "examples/one-enterprise.yaml", "--policy", POLICY, "--as-of", AS_OF]
    command += ["--results", ",".join(SHOWN), *(["--lang", "en"] if lang == "en" else [])]
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from zongbu.cli import main; sys.exit(main())", *command],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "112", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    sections = done.stdout.split("\n\n")
    kept = ["[…]" if section.startswith(OTHER_RULES[lang]) else section for section in sections]
    lines = (line.rstrip() for line in "\n\n".join(kept).rstrip().split("\n"))
    return "```console\n$ zongbu " + " ".join(command) + "\n" + "\n".join(lines) + "\n```"


def findings(lang: str) -> str:
    """What public facts decide of the real enterprises, and which facts would decide the rest."""
    policy = load_policy(POLICY)
    names, words = Names(policy, lang), WORDS[lang]
    steps = ("industry_excluded", "state_ownership_excluded", "is_rnd_headquarters", "is_listed_headquarters")
    assessor = policy.assessor(as_of=date.fromisoformat(AS_OF), results=(*SHOWN, *steps))
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = [
            {title: cell for title, cell in row.items() if cell and title not in ("证券代码", "来源", "说明")}
            for row in csv.DictReader(file)
        ]
    found = [assessor.assess(row) for row in rows]

    def count(*tests: Callable[[Assessment], bool]) -> int:
        return sum(all(test(item) for test in tests) for item in found)

    def refused(item: Assessment) -> bool:
        return item["is_headquarters"] is False

    def undecided(item: Assessment) -> bool:
        return item["is_headquarters"] is None

    def large(item: Assessment) -> bool:
        return item["meets_scale"] is True

    refusals = words["not"].format(
        count(refused),
        count(refused, lambda item: item["industry_excluded"] is True),
        count(refused, lambda item: item["state_ownership_excluded"] is True),
        count(refused, lambda item: item.facts.get("registered_in_city") is False),
        count(large),
        count(large, refused),
    )

    def seeking(item: Assessment) -> bool:
        return not WAYS.isdisjoint(item.missing("is_headquarters").facts)

    looking = count(undecided, seeking)
    rest = words["open"].format(count(undecided), count(undecided) - looking, looking)
    results = [
        (
            names.rule(result),
            *(str(count(lambda item, r=result, v=v: item[r] is v)) for v in (True, False, None)),
        )
        for result in (*SHOWN, "is_rnd_headquarters", "is_listed_headquarters")
    ]
    lacking = Counter(fact for item in found if undecided(item) for fact in item.missing("is_headquarters").facts)
    facts = [
        (names.fact(fact), words["kinds"][policy.dictionary[fact].kind], str(number))
        for fact, number in lacking.most_common()
    ]
    return "\n\n".join((_table(words["results"], results), refusals, rest, _table(words["facts"], facts)))


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    numbers = [rows[0][column].isdigit() for column in range(len(titles))]
    lines = [titles, tuple("--:" if number else "---" for number in numbers), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    stale = []
    for name, lang in (("README.md", "en"), ("README.zh.md", "zh")):
        file = ROOT / name
        text = fresh = file.read_text("utf-8")
        for block, make in (("transcript", transcript), ("findings", findings)):
            pattern = rf"(<!-- {block}: [^\n]*-->\n).*?(<!-- end of {block} -->)"
            content = f"\n{make(lang)}\n\n"
            fresh, hits = re.subn(pattern, lambda match, new=content: match[1] + new + match[2], fresh, flags=re.DOTALL)
            if hits != 1:
                print(f"{name}: no block for {block}", file=sys.stderr)
                return 1
        if fresh != text:
            stale.append(name)
            if "--check" not in sys.argv:
                file.write_text(fresh, "utf-8", newline="\n")
    if stale and "--check" in sys.argv:
        print(f"{', '.join(stale)}: no longer what the program says; run `make docs`", file=sys.stderr)
        return 1
    print(f"{', '.join(stale)} written" if stale else "README.md and README.zh.md are up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
