"""The addresses of picking."""

from django.urls import path

from suyuan.desk import picking, picking_pick, picking_wave

urlpatterns = [
    path("picking", picking.picking, name="picking"),
    path("picking/rates", picking_wave.rate, name="pick-rates"),
    path("picking/waves/<uuid:id>", picking_wave.wave, name="wave"),
    path("picking/tours/<int:id>", picking_wave.tour, name="tour"),
    path("picking/tours/<int:id>/pick", picking_pick.pick, name="pick"),
]
