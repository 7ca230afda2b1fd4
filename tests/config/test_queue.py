"""Several processes write one SQLite file: none is refused, and readers never queue."""

import multiprocessing
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connections, transaction

from suyuan.config.backends.sqlite.base import DatabaseWrapper, changes_file
from suyuan.config.backends.sqlite.queue import Turn
from tests.plugins.engines import Sqlite, use

PROCESSES, WRITES = 4, 150


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "queue.sqlite3"
    with sqlite3.connect(path) as made:
        made.execute("CREATE TABLE counter (n INTEGER NOT NULL)")
        made.execute("INSERT INTO counter VALUES (0)")
    made.close()
    return path


def writer(path: Path) -> None:
    with use(Sqlite(path.parent).settings(path)):
        for _ in range(WRITES):
            with transaction.atomic(), connections["default"].cursor() as cursor:
                (n,) = cursor.execute("SELECT n FROM counter").fetchone()
                time.sleep(0.0005)  # the work of a real transaction, in which another must not slip
                cursor.execute("UPDATE counter SET n = %s", [n + 1])


def test_no_writer_is_refused(path: Path, django_db_blocker: Any) -> None:
    spawn = multiprocessing.get_context("fork")
    with django_db_blocker.unblock():
        processes = [spawn.Process(target=writer, args=(path,)) for _ in range(PROCESSES)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    assert sqlite3.connect(path).execute("SELECT n FROM counter").fetchone() == (PROCESSES * WRITES,)


@pytest.fixture
def connection(path: Path, django_db_blocker: Any) -> Iterator[DatabaseWrapper]:
    with django_db_blocker.unblock(), use(Sqlite(path.parent).settings(path)):
        found = connections["default"]
        assert isinstance(found, DatabaseWrapper)
        yield found


def value(path: Path) -> int:
    with closing(sqlite3.connect(path)) as other:
        return int(other.execute("SELECT n FROM counter").fetchone()[0])


def add_one(connection: DatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE counter SET n = n + 1")


def holds(connection: DatabaseWrapper) -> bool:
    return connection.turn.file is not None


def test_a_turn_lasts_from_begin_to_commit(connection: DatabaseWrapper, path: Path) -> None:
    with transaction.atomic():
        assert holds(connection)
        with transaction.atomic():
            add_one(connection)
        assert holds(connection), "a savepoint ends no turn"
    assert not holds(connection)
    assert value(path) == 1


def test_a_rollback_gives_the_turn_back(connection: DatabaseWrapper, path: Path) -> None:
    with transaction.atomic():
        add_one(connection)
        transaction.set_rollback(True)
    assert not holds(connection)
    assert value(path) == 0


def test_a_connection_closed_inside_a_transaction_gives_the_turn_back(connection: DatabaseWrapper, path: Path) -> None:
    with transaction.atomic():
        add_one(connection)
        connection.close()
    assert not holds(connection)
    assert value(path) == 0


def test_a_single_write_queues_and_a_read_does_not(connection: DatabaseWrapper, path: Path) -> None:
    seen: list[bool] = []
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE other (n)")
    connection.ensure_connection()
    connection.connection.set_trace_callback(lambda _: seen.append(holds(connection)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM counter")
        cursor.execute("UPDATE counter SET n = %s", [5])
        cursor.executemany("INSERT INTO other VALUES (%s)", [[1]])
    assert seen[0] is False
    assert all(seen[1:])
    assert not holds(connection)


def test_a_reader_goes_on_while_another_writes(connection: DatabaseWrapper, path: Path) -> None:
    turn = Turn(path)
    assert turn.take(1)
    try:
        with connection.cursor() as cursor, connection.snapshot():
            assert cursor.execute("SELECT n FROM counter").fetchone() == (0,)
    finally:
        turn.give_back()


def test_a_snapshot_sees_one_state(connection: DatabaseWrapper, path: Path) -> None:
    with connection.cursor() as cursor:
        with connection.snapshot():
            before = cursor.execute("SELECT n FROM counter").fetchone()
            with closing(sqlite3.connect(path)) as other:
                other.execute("UPDATE counter SET n = 9")
                other.commit()
            assert cursor.execute("SELECT n FROM counter").fetchone() == before == (0,)
        assert cursor.execute("SELECT n FROM counter").fetchone() == (9,)


def test_temporary_tables_need_no_turn(connection: DatabaseWrapper, path: Path) -> None:
    turn = Turn(path)
    assert turn.take(1)
    try:
        with connection.snapshot(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE frontier (id)")
            cursor.executemany("INSERT INTO temp.frontier VALUES (%s)", [[1], [2]])
            assert cursor.execute("SELECT count(*) FROM temp.frontier").fetchone() == (2,)
    finally:
        turn.give_back()


@pytest.mark.parametrize(
    ("query", "writes"),
    [
        ("SELECT 1", False),
        ("WITH a AS (SELECT 1) SELECT * FROM a", False),
        (" insert INTO coldchain_temperature VALUES (1)", True),
        ("UPDATE temporary_badge SET n = 1", True),
        ("DELETE FROM temp.frontier", False),
        ("CREATE TEMP TABLE t (a)", False),
        ("DROP TABLE x", True),
    ],
)
def test_which_statements_write_the_file(query: str, writes: bool) -> None:
    assert changes_file(query) is writes


def test_a_snapshot_refuses_to_write(connection: DatabaseWrapper, path: Path) -> None:
    with pytest.raises(OperationalError), connection.snapshot():
        add_one(connection)
    assert value(path) == 0
    add_one(connection)
    assert value(path) == 1


def test_waiting_behind_a_thread_of_this_process_has_an_end(connection: DatabaseWrapper, path: Path) -> None:
    turn = Turn(path)
    assert turn.take(1)
    connection.ensure_connection()
    connection.timeout = 0.05
    try:
        with pytest.raises(OperationalError, match="database is locked"), transaction.atomic():
            pass
    finally:
        turn.give_back()
    with transaction.atomic():
        add_one(connection)
    assert value(path) == 1


def test_a_killed_writer_hands_its_turn_on(path: Path) -> None:
    script = (
        f"import time; from pathlib import Path; from suyuan.config.backends.sqlite.queue import Turn; "
        f"Turn(Path({str(path)!r})).take(1); print('mine', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"mine\n"
        other.kill()
    turn = Turn(path)
    assert turn.take(1)
    turn.give_back()
