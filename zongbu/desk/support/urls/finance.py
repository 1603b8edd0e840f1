"""The pages of finance offices: funds and their books, orders, batches, reimbursements; totals for everybody."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from zongbu.desk.support.views.finance import (
    batches,
    budgets,
    dashboard,
    funds,
    orders,
    public,
    reimbursements,
    statements,
)

CEILING = "reimbursements/<str:policy>/<str:measure>/<str:district>/<int:year>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("finance/", dashboard.show, name="finance"),
    path("public/", public.totals, name="public"),
    path("public.<slug:kind>", public.export, name="public_export"),
    path("funds/", funds.index, name="funds"),
    path("funds/new/", funds.new, name="new_fund"),
    path("funds/<int:pk>/", funds.show, name="fund"),
    path("funds/<int:pk>/<slug:act>/", funds.change, name="fund_act"),
    path("budgets/<int:pk>/", budgets.show, name="budget"),
    path("budgets/<int:pk>/close/", funds.close, name="close_budget"),
    path("budgets/<int:pk>/statement.<slug:kind>", statements.of_budget, name="statement"),
    path(
        "districts/<str:district>/<int:year>/statement.<slug:kind>", statements.of_district, name="district_statement"
    ),
    path("lines/", budgets.lines, name="lines"),
    path("lines.<slug:kind>", budgets.export, name="lines_export"),
    path("movements/<int:pk>/", funds.movement, name="movement"),
    path("movements/<int:pk>/counter/", funds.counter, name="counter"),
    path("orders/", orders.index, name="orders"),
    path("orders/batch/", orders.make_batch, name="make_batch"),
    path("orders/<str:number>/", orders.show, name="order"),
    path("orders/<str:number>/<slug:act>/", orders.act, name="order_act"),
    path("batches/", batches.index, name="batches"),
    path("batches/<str:receipt>/", batches.show, name="batch"),
    path("batches/<str:receipt>/acts/<slug:act>/", batches.act, name="batch_act"),
    path("batches/<str:receipt>/take-out/<str:number>/", batches.take_out, name="take_out_order"),
    path("batches/<str:receipt>/file.<slug:kind>", batches.file, name="batch_file"),
    path("batches/<str:receipt>/results/", batches.upload, name="upload_results"),
    path("results/<int:pk>/", batches.result, name="results"),
    path("results/<int:pk>/progress/", batches.progress, name="results_progress"),
    path("results/<int:pk>/rejects.csv", batches.rejects, name="results_rejects"),
    path("results/<int:pk>/<slug:act>/", batches.result_act, name="results_act"),
    path("reimbursements/", reimbursements.index, name="reimbursements"),
    path("reimbursements/<str:receipt>/", reimbursements.show, name="reimbursement"),
    path("reimbursements/<str:receipt>/<slug:act>/", reimbursements.act, name="reimbursement_act"),
    path(CEILING, reimbursements.ceiling, name="ceiling"),
    path(f"{CEILING}request/", reimbursements.ask, name="request_reimbursement"),
]
