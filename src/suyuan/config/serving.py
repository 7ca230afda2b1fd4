"""The settings of a web process: those of every command, and a pool of connections that its threads share.

A command has no pool, since a pool answers a wrong address only after its time-out, and without the reason.
"""

from suyuan.config.settings import *  # noqa: F403  # settings are layered by star import
from suyuan.config.settings import DATABASES, SUYUAN


def pooled(config: dict[str, object]) -> dict[str, object]:
    if config["ENGINE"] != "django.db.backends.postgresql":
        return config
    pool = {"min_size": 1, "max_size": SUYUAN.database_pool, "timeout": 10}
    options = config.get("OPTIONS")
    return config | {"CONN_MAX_AGE": 0, "OPTIONS": {**(options if isinstance(options, dict) else {}), "pool": pool}}


DATABASES = {alias: pooled(config) for alias, config in DATABASES.items()}
