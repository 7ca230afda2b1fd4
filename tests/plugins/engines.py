"""Databases with real commits. The ledger's triggers forbid Django's flush, so each such test gets a clone of a
migrated template.

`db` (pytest-django) stays what it is: SQLite in memory, rolled back. `@pytest.mark.engine` runs a test once on SQLite
and once on PostgreSQL, each time on a clone of its own; `engine("postgresql")` on that one alone, where the question
is none on the other. `transactional_db` and `live_server` would flush, and are
refused; see `live`.
"""

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker

from tests.plugins.postgres import server

ENGINES = ("sqlite", "postgresql")
FLUSHING = {"transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback", "live_server"}
TRANSACTION_WORDS = ("BEGIN", "COMMIT", "ROLLBACK")
PATIENCE = 120  # seconds for a turn to write; sixty-four threads on a busy machine need some
numbers = itertools.count(1)


class Maker(Protocol):
    """Makes databases of one engine."""

    def blank(self) -> dict[str, Any]: ...

    def clone(self, template: dict[str, Any]) -> AbstractContextManager[dict[str, Any]]: ...


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def settings(self, path: Path) -> dict[str, Any]:
        options = {"init_command": "PRAGMA synchronous=OFF", "timeout": PATIENCE}
        return {"ENGINE": "suyuan.config.backends.sqlite", "NAME": str(path), "OPTIONS": options, "CONN_MAX_AGE": None}

    def blank(self) -> dict[str, Any]:
        return self.settings(self.folder / f"template{next(numbers)}.sqlite3")

    @contextmanager
    def clone(self, template: dict[str, Any]) -> Iterator[dict[str, Any]]:
        path = self.folder / f"clone{next(numbers)}.sqlite3"
        with sqlite3.connect(template["NAME"]) as source:
            source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        source.close()
        shutil.copyfile(template["NAME"], path)
        try:
            yield self.settings(path)
        finally:
            for left in self.folder.glob(f"{path.name}*"):
                left.unlink(missing_ok=True)  # its last connection may close meanwhile


class Postgresql:
    def __init__(self, address: dict[str, str]) -> None:
        self.address = address

    def run(self, statement: str) -> None:
        place = make_conninfo(host=self.address["HOST"], port=self.address["PORT"], user=self.address["USER"])
        with psycopg.connect(place, dbname="postgres", autocommit=True) as admin:
            admin.execute(statement.encode())

    def settings(self, name: str) -> dict[str, Any]:
        return {
            "ENGINE": "suyuan.config.backends.postgresql",
            "NAME": name,
            **self.address,
            "OPTIONS": {"server_side_binding": True, "prepare_threshold": 5},  # as in `config.settings`
            "CONN_MAX_AGE": 0,
        }

    def blank(self) -> dict[str, Any]:
        name = f"template_{next(numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return self.settings(name)

    @contextmanager
    def clone(self, template: dict[str, Any]) -> Iterator[dict[str, Any]]:
        name = f"clone_{next(numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template['NAME']} STRATEGY file_copy")
        try:
            yield self.settings(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def use(settings: dict[str, Any]) -> Iterator[None]:
    """`connections["default"]` is the database of `settings` inside the block, in every thread that opens a connection
    meanwhile."""
    before, settings_before = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.configure_settings({"default": settings})["default"]
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        connections.settings["default"] = settings_before
        connections["default"] = before


class Templates:
    """Migrated databases, one for each engine and for each way of filling it, made when first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.makers: dict[str, Maker] = {}
        self.made: dict[tuple[str, str], dict[str, Any]] = {}

    def maker(self, engine: str) -> Maker:
        if engine not in self.makers:
            self.makers[engine] = (
                Sqlite(self.folder) if engine == "sqlite" else Postgresql(self.stack.enter_context(server()))
            )
        return self.makers[engine]

    def template(self, engine: str, fill: Callable[[], None] | None) -> dict[str, Any]:
        key = (engine, f"{fill.__module__}.{fill.__qualname__}" if fill else "")
        if key not in self.made:
            self.made[key] = self.filled(engine, fill) if fill else self.migrated(engine)
        return self.made[key]

    def migrated(self, engine: str) -> dict[str, Any]:
        settings = self.maker(engine).blank()
        with use(settings):
            call_command("migrate", verbosity=0)
        return settings

    def filled(self, engine: str, fill: Callable[[], None]) -> dict[str, Any]:
        """Begun with a clone: the tables of a hundred migrations are made once."""
        settings = self.stack.enter_context(self.maker(engine).clone(self.template(engine, None)))
        with use(settings):
            fill()
        return settings

    @contextmanager
    def database(self, engine: str, fill: Callable[[], None] | None = None) -> Iterator[dict[str, Any]]:
        """A clone of the template, in use. `fill` writes what the template holds beyond its tables; it runs once a
        session."""
        with self.maker(engine).clone(self.template(engine, fill)) as settings, use(settings):
            yield settings


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if marker := metafunc.definition.get_closest_marker("engine"):
        metafunc.parametrize("engine", marker.args or ENGINES, indirect=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        wrong = FLUSHING.intersection(getattr(item, "fixturenames", ()))
        marker = item.get_closest_marker("django_db")
        if wrong or (marker and marker.kwargs.get("transaction")):
            raise pytest.UsageError(
                f"{item.nodeid} would flush an append-only database: mark it `engine` or use `live`"
            )


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[Templates]:
    with ExitStack() as stack, django_db_blocker.unblock():
        yield Templates(tmp_path_factory.mktemp("databases"), stack)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The engine's name in a test marked `engine`, whose default database is a clone of its own; None elsewhere."""
    name = getattr(request, "param", None)
    if name is None:
        yield None
        return
    templates: Templates = request.getfixturevalue("templates")
    blocker: DjangoDbBlocker = request.getfixturevalue("django_db_blocker")
    with blocker.unblock(), templates.database(name):
        yield name


class Statements(CaptureQueriesContext):
    """The SQL a block sent, without BEGIN, COMMIT and ROLLBACK."""

    @property
    def sql(self) -> list[str]:
        return [query["sql"] for query in self.captured_queries if not query["sql"].startswith(TRANSACTION_WORDS)]

    def __len__(self) -> int:
        return len(self.sql)


@pytest.fixture
def statements() -> Callable[[], Statements]:
    """`with statements() as seen: …` then `len(seen)` and `seen.sql`."""
    return lambda: Statements(connection)
