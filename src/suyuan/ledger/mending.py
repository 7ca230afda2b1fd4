"""When what is kept beside the database was lost, or the database itself: make the tiles again, or begin a new name.

Neither ever hides what was signed: a new name cites the last checkpoint of the old one, whose files are kept.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from suyuan.gs1.problems import Problem, Refused
from suyuan.ledger.entries import Entry, append
from suyuan.ledger.keeping import Keeping, keeping, notes_in, sync_directory
from suyuan.ledger.keys import micros
from suyuan.ledger.sequencer import (
    TreeRow,
    give_back,
    memory_problems,
    new_holder,
    read_tree,
    recall,
    take_leases,
    write_tiles,
)
from suyuan.tlog.checkpoint import open_checkpoint
from suyuan.tlog.errors import TlogError
from suyuan.tlog.jcs import canonical
from suyuan.tlog.note import Verifier
from suyuan.tlog.tiles import LevelFiles
from suyuan.tlog.tree import root

CURABLE = frozenset({"ledger.restored", "ledger.tiles_ahead", "ledger.key_lost", "ledger.memory_damaged"})


def rebuild(log: str, now: datetime, kept: Keeping | None = None) -> int:
    """Make the tiles of a log, and a lost memory of its last checkpoint, again from the database; the tree's size.

    Refused where the rows do not lead to what was signed: then they are what is wrong.
    """
    kept = kept or keeping()
    with connection.cursor() as cursor, _alone(cursor, log, now):
        tree, signed = read_tree(cursor, log), kept.last_signed(log)
        problems = memory_problems(log, tree, signed, kept)
        if any(problem.code in ("ledger.restored", "ledger.forked") for problem in problems):
            raise Refused(problems)
        made = kept.tiles(log).with_name(f".{kept.tiles(log).name}.new")
        shutil.rmtree(made, ignore_errors=True)
        store = LevelFiles(made)
        told = write_tiles(cursor, store, log, 0, tree.size)
        note = _note_of(tree, kept, log) if signed is None and tree.signed_size else None
        last = open_checkpoint(note, [_verifier(kept, log)]) if note else signed.checkpoint if signed else None
        if told != tree.root or (last is not None and root(store, last.size) != last.root):
            params = {"log": log, "size": str(tree.size), "signed": str(last.size if last else 0)}
            raise Refused([Problem("ledger.forked", log, params)])
        _replace(made, kept.tiles(log))
        if note:
            kept.remember(log, note)
    return tree.size


def _note_of(tree: TreeRow, kept: Keeping, log: str) -> str:
    try:
        open_checkpoint(tree.checkpoint, [_verifier(kept, log)])
    except TlogError as error:
        raise Refused([error.problem]) from error
    return tree.checkpoint


def _verifier(kept: Keeping, log: str) -> Verifier:
    signer = kept.signer(log)
    if signer is None:
        raise Refused([Problem("ledger.key_lost", log, {"log": log, "file": str(kept.key_file(log))})])
    return signer.verifier


def _replace(made: Path, place: Path) -> None:
    """The new folder where the old one was."""
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    made.mkdir(parents=True, exist_ok=True)
    if place.exists():
        os.rename(place, old)
    os.rename(made, place)
    sync_directory(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def restart(log: str, now: datetime, kept: Keeping | None = None) -> str:
    """Begin a log under a new name, after a backup older than the last checkpoint is all there is; the new name.

    A record in it cites the last checkpoint of the old name; the old key, memory and tiles move to SUYUAN_HOME/ended.
    Refused where nothing is wrong with the log, or rows were changed: a new name would cover that up.
    """
    kept = kept or keeping()
    with connection.cursor() as cursor, _alone(cursor, log, now):
        problems = recall(cursor, kept, log)[1]
        if not problems or not {problem.code for problem in problems} <= CURABLE:
            raise Refused(problems or [Problem("ledger.sound", log, {"log": log})])
        number = 2 + len(list((kept.home / "ended").glob(f"{kept.tiles(log).name}~*")))
        name = f"{kept.origin(log)}~{number}"
        _cite(cursor, log, name, (notes_in(kept.memory(log)) or [""])[-1], micros(now))
        _put_away(kept, log, kept.home / "ended" / f"{kept.tiles(log).name}~{number - 1}")
        kept.new_signer(log, name)
    return name


def _cite(cursor: CursorWrapper, log: str, name: str, note: str, at: int) -> None:
    """The record that says why, and the tree as unsigned under its new name."""
    body = canonical({"type": "log.restart", "log": log, "origin": name, "checkpoint": note})
    with transaction.atomic():
        append(cursor, [Entry(log, sha256(body).digest()[:16], "change", body, at, type="log.restart")], {}, {}, at)
        cursor.execute("UPDATE ledger_tree SET checkpoint = '', signed_size = 0 WHERE log = %s", [log])


def _put_away(kept: Keeping, log: str, ended: Path) -> None:
    ended.mkdir(mode=0o700, parents=True)
    for name, place in (("tiles", kept.tiles(log)), ("key", kept.key_file(log)), ("checkpoints", kept.memory(log))):
        if place.exists():  # the memory last: as long as it is there, nothing is signed
            os.rename(place, ended / name)
            sync_directory(place.parent)
    sync_directory(ended)
    sync_directory(ended.parent)


@contextmanager
def _alone(cursor: CursorWrapper, log: str, now: datetime) -> Iterator[None]:
    """While no sequencer works on the log. Refused where one does."""
    holder = new_holder()
    if not take_leases(cursor, [log], holder, now):
        raise Refused([Problem("ledger.busy", log, {"log": log})])
    try:
        yield
    finally:
        give_back(holder)
