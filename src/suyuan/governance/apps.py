from django.apps import AppConfig

from suyuan.capture import guard


class GovernanceConfig(AppConfig):
    name = "suyuan.governance"

    def ready(self) -> None:
        from suyuan.governance import logins  # noqa: PLC0415  # it needs the models, which stand only now

        guard.install()
        logins.connect()
