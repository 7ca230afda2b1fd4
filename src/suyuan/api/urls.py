"""The addresses of the interface for machines."""

from django.urls import path

from suyuan.api import capture, webhooks

app_name = "api"
urlpatterns = [
    path("epcis/capture", capture.capture_document, name="capture"),
    path("epcis/capture/<uuid:id>", capture.job, name="job"),
    path("api/carriers/<slug:code>", webhooks.hook, name="carrier_hook"),
    path("api/carriers/<slug:code>/<slug:tail>", webhooks.hook, name="carrier_hook_of"),
]
