from django.urls import path

from zongbu.desk.selfcheck.views import public, screenings

app_name = "selfcheck"
urlpatterns = [
    path("", public.start, name="start"),
    path("question/", public.question, name="question"),
    path("result/", public.result, name="result"),
    path("all/", public.all_questions, name="all"),
    path("shared/<str:token>/", public.shared, name="shared"),
    path("hand-over/", public.hand_over, name="hand_over"),
    path("declare/", public.declare, name="declare"),
    path("screenings/", screenings.index, name="screenings"),
    path("screenings/new/", screenings.screen, name="screen"),
    path("screenings/<int:pk>/", screenings.screening, name="screening"),
    path("screenings/<int:pk>/progress/", screenings.progress, name="progress"),
    path("screenings/<int:pk>/cancel/", screenings.cancel, name="cancel"),
    path("screenings/<int:pk>/export.<str:kind>", screenings.export, name="export"),
    path("screenings/<int:pk>/rows/<str:uscc>/", screenings.row, name="row"),
]
