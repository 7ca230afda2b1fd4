"""The addresses of alerts, steps of processes and the daily digest."""

from django.urls import path

from suyuan.desk import alerts, steps

urlpatterns = [
    path("alerts", alerts.alerts, name="alerts"),
    path("steps", steps.steps, name="steps"),
]
