from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "suyuan.api"
    label = "api"
