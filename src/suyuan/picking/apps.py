from django.apps import AppConfig


class PickingConfig(AppConfig):
    name = "suyuan.picking"
