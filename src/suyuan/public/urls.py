"""The public addresses."""

from django.urls import path

from suyuan.public import recalls

app_name = "public"
urlpatterns = [
    path("recalls", recalls.recalls, name="recalls"),
    path("recalls/<str:number>", recalls.recall, name="recall"),
]
