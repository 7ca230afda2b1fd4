from importlib import import_module

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    name = "suyuan.inspection"

    def ready(self) -> None:
        """The items' register asks here whether the plan that an item names exists."""
        import_module("suyuan.inspection.registers")
