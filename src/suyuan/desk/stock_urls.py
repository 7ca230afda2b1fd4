"""The addresses of stock: what lies where, and what is done with it in the racks."""

from django.urls import path

from suyuan.desk import moving, moving_done, stock, stock_replenish, stock_reserved

urlpatterns = [
    path("stock", stock.stock, name="stock"),
    path("stock/reserved", stock_reserved.reservations, name="reserved"),
    path("stock/replenish", stock_replenish.replenish, name="replenish"),
    path("moving", moving.moving, name="moving"),
    path("moving/done", moving_done.moved, name="moved"),
]
