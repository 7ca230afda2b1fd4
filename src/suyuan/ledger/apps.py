from django.apps import AppConfig
from django.db.backends.signals import connection_created

from suyuan.ledger.wire import register


class LedgerConfig(AppConfig):
    name = "suyuan.ledger"
    label = "ledger"

    def ready(self) -> None:
        connection_created.connect(register, dispatch_uid="suyuan.wire")
