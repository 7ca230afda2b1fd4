"""The addresses of stock: what lies where."""

from django.urls import path

from suyuan.desk import stock

urlpatterns = [
    path("stock", stock.stock, name="stock"),
]
