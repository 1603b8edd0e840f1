"""Addresses of the library, below ``/policies/``."""

from django.urls import URLPattern, path

from zongbu.desk.library.views import comparison, consultations, measures, moderation, official, policies, usage, values

app_name = "library"
urlpatterns: list[URLPattern] = [
    path("", policies.index, name="policies"),
    path("search/", policies.find, name="search"),
    path("compare/", comparison.compare, name="compare"),
    path("facts/", usage.facts, name="facts"),
    path("facts/<str:fact>/", usage.fact, name="fact"),
    path("values/", values.index, name="values"),
    path("values/<int:pk>/", values.show, name="value"),
    path("values/<int:pk>/<str:act>/", values.decide, name="value_act"),
    path("suspensions/", measures.index, name="suspensions"),
    path("suspensions/<int:pk>/", measures.order, name="suspension"),
    path("suspensions/<int:pk>/<str:act>/", measures.decide, name="suspension_act"),
    path("consultations/", consultations.index, name="consultations"),
    path("consultations/<int:pk>/", consultations.show, name="consultation"),
    path("consultations/<int:pk>/comment/", consultations.comment, name="comment"),
    path("consultations/<int:pk>/comments/", moderation.index, name="comments"),
    path("consultations/<int:pk>/summary/", moderation.summary, name="summary"),
    path("consultations/<int:pk>/close/", moderation.close, name="close"),
    path("consultations/<int:pk>/export/", moderation.export, name="export"),
    path("consultations/comments/<int:pk>/", moderation.comment, name="moderate"),
    path("<slug:policy>/", policies.show, name="policy"),
    path("<slug:policy>/print/", policies.printed, name="print"),
    path("<slug:policy>/clauses/<str:citation>/", policies.clause, name="clause"),
    path("<slug:policy>/rules/<str:rule>/", usage.rule, name="rule"),
    path("<slug:policy>/parameters/<str:parameter>/", usage.parameter, name="parameter"),
    path("<slug:policy>/parameters/<str:parameter>/propose/", values.propose, name="propose"),
    path("<slug:policy>/measures/<str:measure>/", measures.show, name="measure"),
    path("<slug:policy>/measures/<str:measure>/review/", measures.review, name="review"),
    path("<slug:policy>/measures/<str:measure>/suspend/", measures.suspend, name="suspend"),
    path("<slug:policy>/official/", official.attach, name="official"),
    path("<slug:policy>/consult/", consultations.open_one, name="consult"),
]
