from django.apps import AppConfig

from suyuan.capture import guard


class GovernanceConfig(AppConfig):
    name = "suyuan.governance"

    def ready(self) -> None:
        guard.install()
