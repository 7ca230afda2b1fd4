from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "suyuan.ui"
    label = "ui"
