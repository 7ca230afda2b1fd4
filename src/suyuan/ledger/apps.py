from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "suyuan.ledger"
    label = "ledger"
