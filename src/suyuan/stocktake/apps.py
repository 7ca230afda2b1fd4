"""The Django app."""

from django.apps import AppConfig


class StocktakeConfig(AppConfig):
    name = "suyuan.stocktake"
    label = "stocktake"
    default_auto_field = "django.db.models.BigAutoField"
