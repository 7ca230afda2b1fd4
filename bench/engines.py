"""The two engines as they run in production: how databases are made, copied, connected to and dropped."""

import os
import shutil
from pathlib import Path
from typing import Protocol

import psycopg

from bench.raw import PostgresRaw, Raw, SqliteRaw

NAMES = ("sqlite", "postgres")
FOLDER = Path(os.environ.get("BENCH_LEDGERS") or Path(__file__).resolve().parents[1] / "build" / "ledgers")
FILE = "suyuan.sqlite3"
BACKGROUND = "SELECT pid FROM pg_stat_activity WHERE backend_type IN ('walwriter', 'checkpointer', 'background writer')"


class Engine(Protocol):
    """`home` is an installation's folder, SUYUAN_HOME; its database lies in it or is named after it."""

    name: str
    hurry: tuple[str, ...]  # said to the connection that builds a ledger, which can be built again if it is lost

    def url(self, home: Path) -> str:
        """SUYUAN_DATABASE_URL of the installation."""

    def make(self, home: Path) -> None: ...
    def copy(self, source: Path, target: Path) -> None: ...
    def drop(self, home: Path) -> None: ...
    def settle(self, home: Path) -> None:
        """What the engine does by itself in quiet hours."""

    def connect(self, home: Path) -> Raw: ...
    def background(self) -> tuple[int, ...]:
        """Processes that write on behalf of all."""


class Sqlite:
    name = "sqlite"
    hurry: tuple[str, ...] = (
        "PRAGMA synchronous=OFF",
        "PRAGMA wal_autocheckpoint=200000",
        "PRAGMA cache_size=-4000000",
    )

    def url(self, home: Path) -> str:
        return f"sqlite:///{home / FILE}"

    def make(self, home: Path) -> None:
        home.mkdir(parents=True)

    def copy(self, source: Path, target: Path) -> None:
        self.settle(source)
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(source, target)

    def drop(self, home: Path) -> None:
        shutil.rmtree(home, ignore_errors=True)

    def settle(self, home: Path) -> None:
        raw = SqliteRaw(home / FILE)
        raw.select("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()

    def connect(self, home: Path) -> Raw:
        return SqliteRaw(home / FILE)

    def background(self) -> tuple[int, ...]:
        return ()


class Postgres:
    """`place` is the server: `host:port`."""

    name = "postgres"
    hurry: tuple[str, ...] = ("SET synchronous_commit = off",)

    def __init__(self, place: str) -> None:
        self.host, _, self.port = place.partition(":")

    def url(self, home: Path) -> str:
        return f"postgres://suyuan@{self.host}:{self.port}/{database_of(home)}"

    def make(self, home: Path) -> None:
        self.drop(home)
        home.mkdir(parents=True)
        self._admin(f'CREATE DATABASE "{database_of(home)}"')

    def copy(self, source: Path, target: Path) -> None:
        self.drop(target)
        shutil.copytree(source, target)
        self._admin(f'CREATE DATABASE "{database_of(target)}" TEMPLATE "{database_of(source)}" STRATEGY file_copy')

    def drop(self, home: Path) -> None:
        shutil.rmtree(home, ignore_errors=True)
        self._admin(f'DROP DATABASE IF EXISTS "{database_of(home)}" WITH (FORCE)')

    def settle(self, home: Path) -> None:
        raw = self.connect(home)
        raw.execute("VACUUM ANALYZE")
        raw.close()

    def connect(self, home: Path) -> Raw:
        return PostgresRaw(f"host={self.host} port={self.port} user=suyuan dbname={database_of(home)}")

    def background(self) -> tuple[int, ...]:
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as admin:
            return tuple(pid for (pid,) in admin.execute(BACKGROUND.encode()))

    def _conninfo(self, database: str) -> str:
        return f"host={self.host} port={self.port} user=suyuan dbname={database}"

    def _admin(self, statement: str) -> None:
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as admin:
            admin.execute(statement.encode())


def database_of(home: Path) -> str:
    """The database of an installation in this folder: its last two parts, as far as they are ours."""
    return "_".join(home.parts[-2:]).replace("-", "_").lower()[-60:]


def engine_of(name: str, place: str = "") -> Engine:
    return Sqlite() if name == "sqlite" else Postgres(place)
