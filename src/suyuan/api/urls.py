"""The addresses of the interface for machines."""

from django.urls import path

from suyuan.api import capture, openapi, orders, webhooks

app_name = "api"
urlpatterns = [
    path("api/openapi.json", openapi.view, name="openapi"),
    path("epcis/capture", capture.capture_document, name="capture"),
    path("epcis/capture/<uuid:id>", capture.job, name="job"),
    path("api/carriers/<slug:code>", webhooks.hook, name="carrier_hook"),
    path("api/carriers/<slug:code>/<slug:tail>", webhooks.hook, name="carrier_hook_of"),
    *(
        route
        for kind, (many, one, allocation) in {
            "purchase": orders.PURCHASE,
            "sales": orders.SALES,
            "issue": orders.ISSUE,
        }.items()
        for route in (
            path(f"api/orders/{kind}", many, name=f"{kind}_orders"),
            # A number may have slashes in it: what ends with /allocation is asked for first.
            *(
                [path(f"api/orders/{kind}/<path:number>/allocation", allocation, name=f"{kind}_allocation")]
                if kind != "purchase"
                else []
            ),
            path(f"api/orders/{kind}/<path:number>", one, name=f"{kind}_order"),
        )
    ),
]
