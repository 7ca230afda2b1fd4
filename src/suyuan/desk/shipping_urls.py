"""The addresses of shipping."""

from django.urls import path

from suyuan.desk import (
    results,
    shipping,
    shipping_advice,
    shipping_correct,
    shipping_load,
    shipping_pack,
    shipping_papers,
)

urlpatterns = [
    path("shipping", shipping.shipping, name="shipping"),
    path("shipping/pack", shipping_pack.packing, name="packing"),
    path("shipping/loads", shipping_load.loads, name="loads"),
    path("shipping/loads/<uuid:id>", shipping_load.load, name="load"),
    path("shipping/done", results.shipped, name="shipped"),
    path("shipping/correct", shipping_correct.correcting, name="correct_shipment"),
    path("shipping/advice", shipping_advice.advice, name="advice"),
    path("shipping/advices/<path:code>", shipping_advice.channel, name="advice_channel"),
    path("shipping/papers/<slug:kind>", shipping_papers.paper, name="shipping_paper"),
]
