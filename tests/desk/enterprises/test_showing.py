"""Facts in words: English titles of every policy's facts, amounts with the exact yuan, one unit in a form."""

from __future__ import annotations

from django.utils import translation

from zongbu.desk.enterprises import showing, values


def test_facts_of_policies_have_english_titles() -> None:
    with translation.override("en"):
        titles = {fact.identifier: showing.title(fact) for fact in showing.needed()}
        places = {need.policy for name in titles for need in showing.needs(name)}
    assert titles["fits_district_orientation"] == "Fits the industrial orientation of the high-tech zone"
    assert [title for title in titles.values() if any("一" <= sign <= "鿿" for sign in title)] == []
    assert "Binjiang District, draft for consultation" in places
    with translation.override("zh-hans"):
        assert showing.title(values.dictionary()["fits_district_orientation"]) == "符合高新区产业发展导向"
        assert "滨江区征求意见稿" in {need.policy for need in showing.needs("fits_district_orientation")}
