"""The addresses of consignments."""

from django.urls import path

from suyuan.desk import carrying, tracking, tracking_book

urlpatterns = [
    path("consignments", tracking.consignments, name="consignments"),
    path("consignments/new", tracking_book.book, name="book_carrier"),
    path("consignments/accounts/<slug:code>", tracking_book.account, name="carrier_account"),
    path("consignments/<uuid:id>", tracking.consignment, name="consignment"),
    path("consignments/<uuid:id>/label", tracking_book.label, name="consignment_label"),
    path("consignments/<uuid:id>/pictures/<slug:hash>", tracking_book.picture, name="consignment_picture"),
    path("deliveries", carrying.deliveries, name="deliveries"),
    path("deliveries/<slug:log>/<uuid:id>", carrying.delivery, name="delivery"),
]
