"""The pages of enterprises: my policies, a measure, a claim, the money, the account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.support.views.own import account, benefits, claim, filling, money

ONE = "own/<str:receipt>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("my/", benefits.mine, name="benefits"),
    path("my/<slug:policy>/<slug:measure>/", benefits.one, name="benefit"),
    path("my/<slug:policy>/<slug:measure>/start/", benefits.start, name="start"),
    path("money/", money.money, name="money"),
    path("money/export/<str:kind>/", money.export, name="money_export"),
    path("account/", account.account, name="account"),
    path(ONE, claim.own, name="own"),
    path(f"{ONE}fill/<str:step>/", filling.fill, name="own_fill"),
    path(f"{ONE}materials/<int:pk>/remove/", filling.take_out, name="own_take_out"),
    path(f"{ONE}submit/", filling.submit, name="own_submit"),
    path(f"{ONE}receipt/", claim.receipt, name="own_receipt"),
    path(f"{ONE}confirm/", claim.confirm, name="own_confirm"),
    path(f"{ONE}decline/", claim.decline, name="own_decline"),
    path(f"{ONE}withdraw/", claim.withdraw, name="own_withdraw"),
    path(f"{ONE}comments/<int:pk>/answer/", claim.answer, name="own_answer"),
    path(f"{ONE}objection/", claim.object_to, name="own_object"),
    path(f"{ONE}objection/<int:pk>/withdraw/", claim.drop_objection, name="own_drop_objection"),
]
