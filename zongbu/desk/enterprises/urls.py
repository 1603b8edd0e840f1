"""Addresses of the register, below ``/enterprises/``."""

from django.urls import URLPattern, path, register_converter

from zongbu.desk.enterprises.exchange.urls import urlpatterns as exchange
from zongbu.desk.enterprises.listing.urls import urlpatterns as listing
from zongbu.desk.enterprises.views import assessments, events, facts, group, overview


class UsccConverter:
    """A unified social credit code; an older identifier may be as short as 15 characters."""

    regex = "[0-9A-Z]{15,18}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(UsccConverter, "uscc")

app_name = "enterprises"
urlpatterns: list[URLPattern] = [
    *listing,
    *exchange,
    path("mine/", overview.mine, name="mine"),
    path("register/", overview.register, name="register"),
    path("evidence/<int:pk>/", facts.download, name="evidence"),
    path("evidence/<int:pk>/delete/", facts.delete_file, name="delete_file"),
    path("ties/", group.proposals, name="proposals"),
    path("<uscc:uscc>/", overview.detail, name="detail"),
    path("<uscc:uscc>/cases/", overview.cases, name="cases"),
    path("<uscc:uscc>/journal/", overview.journal, name="journal"),
    path("<uscc:uscc>/assessments/", assessments.assessments, name="assessments"),
    path("<uscc:uscc>/refer/", overview.refer, name="refer"),
    path("<uscc:uscc>/referrals/<int:pk>/end/", overview.end_referral, name="end_referral"),
    path("<uscc:uscc>/evidence/", facts.upload, name="upload"),
    path("<uscc:uscc>/facts/", facts.facts, name="facts"),
    path("<uscc:uscc>/facts/declare/", facts.declare, name="declare"),
    path("<uscc:uscc>/facts/draft/", facts.draft, name="draft"),
    path("<uscc:uscc>/facts/discard/", facts.discard, name="discard"),
    path("<uscc:uscc>/facts/<slug:fact>/", facts.fact, name="fact"),
    path("<uscc:uscc>/facts/<slug:fact>/record/", facts.record, name="record"),
    path("<uscc:uscc>/facts/<slug:fact>/find/", facts.find, name="find"),
    path("<uscc:uscc>/group/", group.group, name="group"),
    path("<uscc:uscc>/group/add/", group.add, name="tie"),
    path("<uscc:uscc>/group/<int:pk>/answer/", group.answer, name="answer_tie"),
    path("<uscc:uscc>/group/<int:pk>/end/", group.end, name="end_tie"),
    path("<uscc:uscc>/group/<int:pk>/withdraw/", group.withdraw, name="withdraw_tie"),
    path("<uscc:uscc>/group/adopt/<slug:fact>/", group.adopt, name="adopt"),
    path("<uscc:uscc>/group/claims/add/", group.claim, name="claim"),
    path("<uscc:uscc>/group/claims/<int:pk>/release/", group.release, name="release"),
    path("<uscc:uscc>/events/", events.events, name="events"),
    path("<uscc:uscc>/events/add/", events.add_change, name="change"),
    path("<uscc:uscc>/events/<int:pk>/withdraw/", events.withdraw_change, name="withdraw_change"),
    path("<uscc:uscc>/events/listings/add/", events.add_listing, name="listing"),
    path("<uscc:uscc>/events/listings/<int:pk>/remove/", events.remove_listing, name="remove_listing"),
    path("<uscc:uscc>/events/listings/<int:pk>/withdraw/", events.withdraw_listing, name="withdraw_listing"),
    path("<uscc:uscc>/events/bans/add/", events.add_ban, name="ban"),
    path("<uscc:uscc>/events/bans/<int:pk>/withdraw/", events.withdraw_ban, name="withdraw_ban"),
]
