"""`suyuan fsck`: everything that can be recomputed is, and every disagreement is one sentence."""

import argparse
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper
from tqdm import tqdm

from suyuan.capture.audit import custody_findings, projection_findings, row_findings
from suyuan.capture.door import who_is_who
from suyuan.capture.who import Who
from suyuan.cli.database import ready
from suyuan.cli.printing import bar, print_json, progress
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.audit import (
    CHUNK,
    Anchor,
    Row,
    TreeAudit,
    audit_of,
    completeness,
    copied_tiles,
    logs_of,
    read_anchors,
    rows_of,
    rows_waiting,
)
from suyuan.ledger.bulk import one_state
from suyuan.ledger.keeping import Keeping, Signed, keeping
from suyuan.ledger.sequencer import recall
from suyuan.recall.checking import scope_findings
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import Verifier, parse_vkey
from suyuan.tlog.tiles import TileStore
from suyuan.ui.problems import say, sentence

HELP = N_("check the ledger, the signed log and the projections against each other")
QUICK = N_("leave out bodies and projections: records, leaves, tiles and checkpoints only")
CHECKPOINT = N_("a checkpoint that was kept elsewhere; may be given several times")
TILES = N_("a copy of the tiles that was kept elsewhere: with it a changed event is named")
KEY = N_("the verifier key of a log, if it is not the one kept here")
SEED = N_("of the shuffled replay; default a random one, which is printed")
JSON = N_("print the findings as JSON")
SOUND = N_("Records: {records}, logs: {logs}. Everything agrees (seed {seed}).")
UNSOUND = N_("Records: {records}, logs: {logs}, findings: {findings} (seed {seed}).")
FOUND = 1


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--quick", action="store_true", help=say(QUICK))
    parser.add_argument("--checkpoint", action="append", type=Path, default=[], metavar="FILE", help=say(CHECKPOINT))
    parser.add_argument("--tiles", type=Path, metavar="DIR", help=say(TILES))
    parser.add_argument("--key", action="append", default=[], metavar="VKEY", help=say(KEY))
    parser.add_argument("--seed", type=int, help=say(SEED))
    parser.add_argument("--json", action="store_true", help=say(JSON))


def run(args: argparse.Namespace) -> int:
    """0 everything agrees, 1 something does not, 2 the arguments cannot be used."""
    ready()
    seed = secrets.randbelow(2**32) if args.seed is None else args.seed
    kept = keeping()
    with connection.cursor() as cursor:
        logs = logs_of(cursor, kept)
        records = _count(cursor)
        found = []
        for problem in check(cursor, kept, logs, args, seed):
            found.append(problem)
            if not args.json:
                tqdm.write(sentence(problem))
    if args.json:
        rows = [{"code": p.code, "params": dict(p.params), "text": sentence(p)} for p in found]
        print_json({"records": records, "logs": logs, "seed": seed, "findings": rows})
    else:
        summary = say(UNSOUND if found else SOUND)
        print(summary.format(records=records, logs=len(logs), seed=seed, findings=len(found)))
    return FOUND if found else 0


def check(
    cursor: CursorWrapper, kept: Keeping, logs: Sequence[str], args: argparse.Namespace, seed: int
) -> Iterator[Problem]:
    """All findings, as they are made. Refused where what was kept elsewhere cannot be used."""
    anchors, problems = read_anchors(args.checkpoint, verifiers(kept, logs, args.key))
    only = set(anchors) if anchors else set(logs)
    copies = {log: copied_tiles(args.tiles, log, alone=only == {log}) for log in logs} if args.tiles else {}
    if args.tiles and not any(copies.values()):
        problems.append(Problem("ledger.tiles_folder", str(args.tiles), {"name": str(args.tiles)}))
    if problems:
        raise Refused(problems)
    signed: dict[str, Signed | None] = {}
    for log in logs:
        signed[log], problems = recall(cursor, kept, log)
        yield from problems
    with one_state(connection):
        yield from completeness(cursor)
        sound = True
        for problem in _log_findings(cursor, kept, signed, anchors, copies, None if args.quick else who_is_who()):
            sound = sound and not problem.code.startswith("capture.body")
            yield problem
        if not sound:
            yield Problem("capture.not_replayed")  # it would find again, as many differences, what is known already
        elif not args.quick:
            yield from projection_findings(cursor, seed, lambda told: _watched(told, _count(cursor)))
            yield from custody_findings(cursor)
            yield from scope_findings()


def verifiers(kept: Keeping, logs: Iterable[str], vkeys: Iterable[str]) -> dict[str, list[Verifier]]:
    """The keys of each log: its own, and those given for its name."""
    found: dict[str, list[Verifier]] = {}
    for log in logs:
        signer = kept.signer(log)
        found[log] = [signer.verifier] if signer else []
    for vkey in vkeys:
        try:
            verifier = parse_vkey(vkey)
        except TlogError as error:
            raise Refused([error.problem]) from error
        for log, own in found.items():
            if kept.is_name(log, verifier.name) and verifier not in own:
                own.append(verifier)
    return found


def _log_findings(
    cursor: CursorWrapper,
    kept: Keeping,
    signed: Mapping[str, Signed | None],
    anchors: Mapping[str, Sequence[Anchor]],
    copies: Mapping[str, TileStore | None],
    who: Who | None,
) -> Iterator[Problem]:
    """Each log's rows are read once; with `who` their bodies too."""
    with bar(_count(cursor), N_("Records and tree"), N_("records")) as shown:
        for log, known in signed.items():
            audit, problems = audit_of(cursor, kept, log, known, anchors.get(log, ()), copies.get(log))
            yield from problems
            for end, rows in _steps(cursor, audit, bodies=who is not None):
                audit.take(rows, end)
                yield from row_findings(cursor, rows, who) if who else ()
                shown.update(len(rows))
            yield from audit.findings()
            for rows in rows_waiting(cursor, log) if who else ():
                yield from row_findings(cursor, rows, who) if who else ()
                shown.update(len(rows))


def _steps(cursor: CursorWrapper, audit: TreeAudit, *, bodies: bool) -> Iterator[tuple[int, list[Row]]]:
    size = audit.tree.size
    for number, rows in enumerate(rows_of(cursor, audit.log, size, bodies=bodies), 1):
        yield min(number * CHUNK, size), rows


def _watched(steps: Iterable[Any], total: int) -> Iterable[Any]:
    """The events as they are read, then the batches in which they come again."""
    if isinstance(steps, Sized):
        return progress(steps, len(steps), N_("In another order"), N_("batches"))
    return progress(steps, total, N_("Stock and genealogy"), N_("events"))


def _count(cursor: CursorWrapper) -> int:
    cursor.execute("SELECT COUNT(*) FROM ledger_record")
    return int(cursor.fetchone()[0])
