"""What a web process has and a command has not: a pool of connections that its threads share, and every view at hand.

A command has no pool, since a pool answers a wrong address only after its time-out, and without the reason.
"""

from importlib import import_module

from django.conf import settings
from django.db import connections


def prepare() -> None:
    """For this process and those it forks. Whoever asks first waits for no import, and a view that cannot be imported
    keeps the server from starting."""
    for alias in connections:
        connections[alias].close()
        connections.settings[alias].update(pooled(connections.settings[alias]))
    import_module(settings.ROOT_URLCONF)


def pooled(config: dict[str, object]) -> dict[str, object]:
    """A database's settings with a pool, where its engine has one."""
    if config["ENGINE"] != "suyuan.config.backends.postgresql":
        return config
    pool = {"min_size": 1, "max_size": settings.SUYUAN.database_pool, "timeout": 10}
    options = config.get("OPTIONS")
    return config | {"CONN_MAX_AGE": 0, "OPTIONS": {**(options if isinstance(options, dict) else {}), "pool": pool}}
