from django.urls import path

from zongbu.desk.api import views
from zongbu.desk.api.v1 import api

app_name = "api"
urlpatterns = [
    path("tokens/", views.token_list, name="tokens"),
    path("tokens/<int:pk>/revoke/", views.token_revoke, name="revoke"),
]
v1 = api.urls
