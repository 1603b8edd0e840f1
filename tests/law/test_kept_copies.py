"""A policy file with its own dictionary beside it: how a kept copy is read."""

from __future__ import annotations

import shutil
from pathlib import Path

from zongbu.law import load_policy
from zongbu.law.document.find import KEPT_DICTIONARY, SHIPPED


def test_a_copy_with_its_dictionary_is_the_same_version(tmp_path: Path) -> None:
    for name in ("hangzhou-2023.md", "binjiang-draft.md"):
        shutil.copy(SHIPPED / name, tmp_path)
    shutil.copy(SHIPPED / "facts.yaml", tmp_path / KEPT_DICTIONARY)

    for name in ("hangzhou-2023", "binjiang-draft"):
        copy, shipped = load_policy(tmp_path / f"{name}.md"), load_policy(name)
        assert copy is not shipped
        assert copy.version == shipped.version
        assert all(other.path.parent == tmp_path for other in copy.based_on.values())


def test_the_dictionary_beside_a_policy_counts(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "hangzhou-2023.md", tmp_path)
    text = (SHIPPED / "facts.yaml").read_text("utf-8")
    changed = text.replace("上年度在杭营业收入", "上年度在杭主营业务收入")
    assert changed != text
    (tmp_path / KEPT_DICTIONARY).write_text(changed, "utf-8")
    policy = (tmp_path / "hangzhou-2023.md").read_text("utf-8")
    (tmp_path / "hangzhou-2023.md").write_text(policy.replace("上年度在杭营业收入", "上年度在杭主营业务收入"), "utf-8")

    copy = load_policy(tmp_path / "hangzhou-2023.md")
    assert copy.dictionary["in_city_revenue"].title == "上年度在杭主营业务收入"
    assert copy.version != load_policy("hangzhou-2023").version
