"""The addresses of the interface for machines."""

from django.urls import path

from suyuan.api import capture, orders, webhooks

app_name = "api"
urlpatterns = [
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
            path(f"api/orders/{kind}/<str:number>", one, name=f"{kind}_order"),
            *(
                [path(f"api/orders/{kind}/<str:number>/allocation", allocation, name=f"{kind}_allocation")]
                if kind != "purchase"
                else []
            ),
        )
    ),
]
