"""The addresses of the figures."""

from django.urls import path

from suyuan.desk import figures_service, figures_stock, figures_work, massbalance

urlpatterns = [
    path("figures", figures_stock.stock, name="figures"),
    path("figures/service", figures_service.service, name="figures-service"),
    path("figures/work", figures_work.work, name="figures-work"),
    path("balance", massbalance.balance, name="balance"),
]
