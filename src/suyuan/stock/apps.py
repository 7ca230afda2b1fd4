from django.apps import AppConfig


class StockConfig(AppConfig):
    name = "suyuan.stock"
    label = "stock"
