"""The addresses of alerts, steps of processes and the daily digest."""

from django.urls import path

from suyuan.desk import alerts, alerts_digest, steps

urlpatterns = [
    path("alerts", alerts.alerts, name="alerts"),
    path("digest", alerts_digest.digest, name="digest"),
    path("steps", steps.steps, name="steps"),
]
