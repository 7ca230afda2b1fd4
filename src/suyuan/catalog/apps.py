"""The Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "suyuan.catalog"
    label = "catalog"
    default_auto_field = "django.db.models.BigAutoField"
