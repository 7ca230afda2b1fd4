from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "suyuan.public"
    label = "public"
