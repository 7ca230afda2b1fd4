"""The public addresses."""

from django.urls import path

from suyuan.public import answering, recalls

app_name = "public"
urlpatterns = [
    path("recalls", recalls.recalls, name="recalls"),
    path("recalls/answer/<str:token>", answering.answer, name="answer"),
    path("recalls/<str:number>", recalls.recall, name="recall"),
]
