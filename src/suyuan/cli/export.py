"""`suyuan export`: every event of the ledger as one EPCIS document, as it came."""

import argparse
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import cast

from django.db import connection
from django.utils.timezone import get_default_timezone

from suyuan.cli.database import ready
from suyuan.cli.files import written
from suyuan.cli.printing import progress
from suyuan.epcis.document import read_stored, write_document
from suyuan.epcis.events import Event
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.bulk import one_state
from suyuan.ledger.keys import micros
from suyuan.ui.problems import say

HELP = N_("write the recorded events as an EPCIS 2.0 document, word for word, in the order they were recorded")
SINCE_HELP = N_("only what was recorded at or after this time or date (2026-11-30, or 2026-11-30T08:15:00+08:00)")
UNTIL_HELP = N_("only what was recorded before this time or date")
LOG_HELP = N_("only one log: a warehouse's code, or partners")
OUTPUT_HELP = N_("file to write; packed if its name ends in .gz (default: standard output)")
BARE_HELP = N_("a plain list of events without a document around it")
EXPORTING = N_("exporting")
EVENTS = N_("events")
# So many events are gathered before the first byte is written: then the document's context can stand at its head.
GATHERED = 10_000
_ROWS = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--since", metavar="T", help=say(SINCE_HELP))
    parser.add_argument("--until", metavar="T", help=say(UNTIL_HELP))
    parser.add_argument("--log", metavar="LOG", help=say(LOG_HELP))
    parser.add_argument("-o", "--output", metavar="FILE", help=say(OUTPUT_HELP))
    parser.add_argument("--bare", action="store_true", help=say(BARE_HELP))


def run(args: argparse.Namespace) -> int:
    since, until = moment_of("--since", args.since), moment_of("--until", args.until)
    ready()
    where, values = condition(since, until, args.log)
    # One state of the ledger from the first event to the last, whoever records meanwhile.
    with one_state(connection), written(args.output) as out:
        total = _count(where, values)
        events = progress(_events(where, values), total, EXPORTING, EVENTS)
        told = list(events) if total <= GATHERED else events
        for chunk in write_document(told, creation_date=datetime.now(UTC), bare=args.bare):
            out.write(chunk)
        out.write(b"\n")
    return 0


def moment_of(option: str, text: str | None) -> datetime | None:
    """An ISO time or date; without an offset it is meant in the installation's time zone."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refused([Problem("cli.time", option, {"option": option, "value": text})]) from None
    return found if found.tzinfo else found.replace(tzinfo=get_default_timezone())


def condition(since: datetime | None, until: datetime | None, log: str | None) -> tuple[str, list[int | str]]:
    """The WHERE clause with its values."""
    terms: list[tuple[str, int | str]] = [("r.kind = %s", "epcis")]
    terms += [("r.record_time >= %s", micros(since))] if since else []
    terms += [("r.record_time < %s", micros(until))] if until else []
    terms += [("r.log = %s", log)] if log else []
    return " AND ".join(term for term, _ in terms), [value for _, value in terms]


def _count(where: str, values: list[int | str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) FROM ledger_record r WHERE {where}", values)
        return cast(int, cursor.fetchone()[0])


def _events(where: str, values: list[int | str]) -> Iterator[Event]:
    """In the order they were recorded; a batch in its own order."""
    sql = (
        "SELECT b.body FROM ledger_record r JOIN ledger_body b ON b.id = r.id AND b.log = r.log "
        f"WHERE {where} ORDER BY r.record_time, r.sequence, r.id"
    )
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(_ROWS):
            for (body,) in rows:
                yield read_stored(bytes(body))
