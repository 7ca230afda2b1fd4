from django.apps import AppConfig


class GenealogyConfig(AppConfig):
    name = "suyuan.genealogy"
    label = "genealogy"
