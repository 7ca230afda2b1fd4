"""The addresses of orders and notices."""

from django.urls import path

from suyuan.desk import ordering, ordering_message, ordering_need

urlpatterns = [
    path("orders", ordering.orders, name="orders"),
    path("orders/order", ordering.order, name="order"),
    path("orders/need", ordering_need.need, name="need"),
    path("orders/message", ordering_message.message, name="order_message"),
    path("orders/advice", ordering_message.advice, name="order_advice"),
    path("orders/notice", ordering.notice, name="notice"),
]
