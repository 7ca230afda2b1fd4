from django.apps import AppConfig


class StocktakeConfig(AppConfig):
    name = "suyuan.stocktake"
