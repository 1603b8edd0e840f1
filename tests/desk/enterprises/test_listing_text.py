"""Names in searchable form, without a database."""

from hypothesis import given, settings
from hypothesis import strategies as st

from zongbu.desk.enterprises.listing.text import fold, grams, name_key, pairs, words

NAME = st.text(alphabet="杭州海康威视数字技术股份有限公司（中国）ＡＢab12· -", min_size=0, max_size=12)


def test_pairs_and_characters() -> None:
    assert grams(["海康威视"]) == " 海康 康威 威视 海 康 威 视 "
    assert grams(["海", "AB"]) == " 海 ab a b "
    assert grams([]) == ""
    assert grams(["海康", "海康", ""]) == " 海康 海 康 "


def test_fold_width_case_and_punctuation() -> None:
    assert fold("ＡＢＣ（中国）有限公司 ") == "abc中国有限公司"
    assert fold("9133 0100-MA27XYZ12X") == "91330100ma27xyz12x"


def test_words() -> None:
    assert words("  海康　滨江 海康 ") == ("海康", "滨江")
    assert words("（）") == ()
    assert words('海康" OR *') == ("海康", "or")


@settings(max_examples=60)
@given(NAME, st.integers(0, 12), st.integers(1, 6))
def test_every_part_of_a_name_is_found(name: str, start: int, length: int) -> None:
    part = fold(name)[start : start + length]
    if part:
        assert f" {pairs(part)} " in grams([name, "另一个"])


@settings(max_examples=60)
@given(NAME, NAME, st.text(alphabet="杭州海康ab12", min_size=1, max_size=4))
def test_nothing_else_is_found(name: str, other: str, word: str) -> None:
    found = f" {pairs(word)} " in grams([name, other])
    assert found == (word in fold(name) or word in fold(other))


def test_name_key_goes_by_pinyin() -> None:
    names = ["浙江", "阿里", "杭州", "Apple", "宁波", "360"]
    assert sorted(names, key=name_key) == ["360", "Apple", "阿里", "杭州", "宁波", "浙江"]
