"""Columns that Django does not have."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class Key16Field(models.BinaryField):  # type: ignore[type-arg]  # takes no parameters at run time
    """Sixteen bytes made by the application: a record's id, an identifier's id. `bytes` in Python on every engine.

    BLOB on SQLite, bytea on PostgreSQL. PostgreSQL's own uuid saves one byte a value, but then drivers answer UUID
    objects on one engine and bytes on the other, and every hot statement needs two forms.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 16
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: object, expression: object, connection: BaseDatabaseWrapper) -> bytes | None:
        return None if value is None else bytes(value)  # type: ignore[call-overload]  # memoryview from psycopg


class HashField(models.BinaryField):  # type: ignore[type-arg]  # as above
    """Thirty-two bytes: a SHA-256 digest."""

    def from_db_value(self, value: object, expression: object, connection: BaseDatabaseWrapper) -> bytes | None:
        return None if value is None else bytes(value)  # type: ignore[call-overload]  # memoryview from psycopg
