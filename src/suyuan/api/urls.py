"""The addresses of the interface for machines."""

from django.urls import path

from suyuan.api import capture

app_name = "api"
urlpatterns = [
    path("epcis/capture", capture.capture_document, name="capture"),
    path("epcis/capture/<uuid:id>", capture.job, name="job"),
]
