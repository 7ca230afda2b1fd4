"""`suyuan import orders FILE`: the order lines of a shop, replayed as receipts, shipments and returns."""

import argparse
import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from suyuan.accounts.rules import SYSTEM
from suyuan.capture.door import who_is_who
from suyuan.catalog.directory import directory
from suyuan.cli.database import ready
from suyuan.cli.files import content, opened
from suyuan.cli.printing import bar, complain_plainly, print_json, progress, table
from suyuan.connectors.messages import MESSAGES
from suyuan.connectors.orders.importing import (
    EXAMPLES,
    Report,
    planned,
    read,
    record,
    shipping_warehouse,
    summary,
    world_of,
)
from suyuan.connectors.orders.lines import Line, Names
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.orders.advices import supplier_codes, taking
from suyuan.orders.edifact import read_orders
from suyuan.orders.edifact_desadv import Function
from suyuan.orders.edifact_despatched import is_advice, read_advices
from suyuan.orders.edifact_reading import LARGEST
from suyuan.orders.edifact_syntax import decoded
from suyuan.ui.problems import register, say, sentence

EDIFACT_HELP = N_(
    "UN/EDIFACT messages (D.96A to D.01B): ORDERS of customers become sales orders, DESADV of suppliers advance notices"
)
MESSAGES_HELP = N_("an interchange, also packed as .gz; - for standard input")
DELIVERS_HELP = N_("code of the warehouse that delivers where a message does not say")
DONE = {
    Function.ORIGINAL: N_("Despatch advice {number} is announced."),
    Function.REPLACEMENT: N_("Despatch advice {number} is replaced."),
    Function.CANCELLATION: N_("Despatch advice {number} is cancelled."),
}
WAS_ANNOUNCED = N_("Despatch advice {number} was there already.")
WRITTEN, WAS_THERE = N_("Order {number} is written."), N_("Order {number} was there already.")
HELP = N_("bring in the data of other software")
ORDERS_HELP = N_("order lines of a shop as CSV: invoices become shipments, credit notes returns, receipts are made up")
FILE_HELP = N_(
    "CSV, also packed as .gz, with the columns InvoiceNo, StockCode, Quantity, InvoiceDate and if there are any "
    "Description, UnitPrice, CustomerID, Country; - for standard input"
)
WAREHOUSE_HELP = N_("code of the warehouse that shipped (default: the only one)")
ENCODING_HELP = N_("how the text is written (default: utf-8)")
REFUSED_HELP = N_("write the refused rows to this CSV file, each with the reason")
JSON_HELP = N_("print the report as JSON")
READING, RECORDING, LINES = N_("reading"), N_("recording"), N_("lines")
BROKEN_OFF = N_("Broken off. What is recorded stays; the same command goes on from there.")
READ = N_(
    "{rows} rows: {shipped} lines shipped in {shipments} invoices, {returned} came back with {returns} credit notes."
)
MADE_UP = N_("{receipts} receipts were made up, one a week for each range of items, as much as the week sold.")
NAMED = N_(
    "{items} items, {respelt} of them spelt in several ways; {customers} customers; "
    "{no_customer} lines name none and go to {cash}."
)
EVENTS = N_("{recorded} events recorded, {repeated} were there already.")
REFUSED_ROWS = N_("Rows refused: {rows}")
HEADINGS = (N_("Rows"), N_("Reason"), N_("First rows"))

register(MESSAGES)


def arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(metavar="orders", required=True)
    orders = kinds.add_parser("orders", help=say(ORDERS_HELP), description=say(ORDERS_HELP))
    orders.add_argument("file", metavar="FILE", help=say(FILE_HELP))
    orders.add_argument("--warehouse", metavar="CODE", help=say(WAREHOUSE_HELP))
    orders.add_argument("--encoding", default="utf-8", help=say(ENCODING_HELP))
    orders.add_argument("--refused", metavar="CSV", help=say(REFUSED_HELP))
    orders.add_argument("--json", action="store_true", help=say(JSON_HELP))
    orders.set_defaults(do=bring_lines)
    messages = kinds.add_parser("edifact", help=say(EDIFACT_HELP), description=say(EDIFACT_HELP))
    messages.add_argument("file", metavar="FILE", help=say(MESSAGES_HELP))
    messages.add_argument("--warehouse", default="", metavar="CODE", help=say(DELIVERS_HELP))
    messages.set_defaults(do=bring_messages)


def run(args: argparse.Namespace) -> int:
    ready()
    done: Callable[[argparse.Namespace], int] = args.do
    return done(args)


def bring_messages(args: argparse.Namespace) -> int:
    """Each message that is right becomes a sales order, or the events of a notice; 2 where one was not."""
    text = decoded(content(args.file, LARGEST))
    if is_advice(text):
        return bring_advices(text, args.warehouse)
    found, problems = read_orders(text, directory(), args.warehouse)
    wrong = [(one, problem) for one in found for problem in one.problems]
    for one in found:
        if one.problems:
            continue
        try:
            made = execute(_context(), one.command).value["made"]
            print(say(WRITTEN if made else WAS_THERE).format(number=one.number))
        except Refused as refused:
            wrong += [(one, one.blame(problem)) for problem in refused.problems]
    return _told(problems, [(one.document or one.reference, problem) for one, problem in wrong])


def bring_advices(text: str, warehouse: str) -> int:
    """What suppliers say that they shipped, announced, replaced or cancelled."""
    who = who_is_who()
    found, problems = read_advices(text, who.directory, warehouse, supplier_codes())
    wrong = [(one, problem) for one in found for problem in one.problems]
    for one in found:
        if one.problems:
            continue
        try:
            made = execute(_context(), taking(one, who)).value["made"]
            print(say(DONE[one.function] if made else WAS_ANNOUNCED).format(number=one.number))
        except Refused as refused:
            wrong += [(one, problem) for problem in refused.problems]
    return _told(problems, [(one.number or one.reference, problem) for one, problem in wrong])


def _context() -> Context:
    return Context(actor=SYSTEM, request_id=uuid4(), now=datetime.now(UTC), terminal="suyuan import")


def _told(outside: Sequence[Problem], inside: Sequence[tuple[str, Problem]]) -> int:
    """Everything that is wrong with an interchange and its messages; the exit status."""
    for problem in outside:
        complain_plainly(sentence(problem))
    for name, problem in inside:
        complain_plainly(f"{name}: {sentence(problem)} ({problem.field})")
    return 2 if outside or inside else 0


def bring_lines(args: argparse.Namespace) -> int:
    warehouse = shipping_warehouse(args.warehouse)
    report, names = Report(), Names()
    lines = read_file(args.file, args.encoding, report, names)
    world = world_of(warehouse, names, report, datetime.now(UTC))
    plan = planned(lines, world, report)
    if args.refused:
        write_refused(args.refused, report)
    try:
        with bar(sum(report.lines[kind] for kind in ("shipped", "returned")), RECORDING, LINES) as done:
            record(plan, world, report, clock=lambda: datetime.now(UTC), tick=done.update)
    except KeyboardInterrupt:
        complain_plainly(BROKEN_OFF)
        raise
    if args.json:
        print_json(summary(report))
    else:
        print(in_words(report))
    return 0


def read_file(name: str, encoding: str, report: Report, names: Names) -> list[Line]:
    """All its lines. Refused where the text is written in another way than said."""
    try:
        with opened(name) as raw, io.TextIOWrapper(raw, encoding=_with_mark(encoding), newline="") as text:
            return read(progress(text, None, READING, LINES), report, names)
    except (UnicodeError, LookupError):
        raise Refused([Problem("connectors.encoding", "encoding", {"encoding": encoding})]) from None


def _with_mark(encoding: str) -> str:
    """UTF-8 as spreadsheets write it, with or without a byte order mark."""
    return "utf-8-sig" if encoding.lower().replace("_", "-") in ("utf-8", "utf8") else encoding


def write_refused(name: str, report: Report) -> None:
    rows = sorted((row for rows in report.refused.values() for row in rows), key=lambda row: row.row)
    try:
        with Path(name).open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            for row in rows:
                writer.writerow([row.row, row.reason, sentence(Problem(row.reason)), *row.cells])
    except OSError as error:
        params = {"file": name, "reason": error.strerror or str(error)}
        raise Refused([Problem("cli.file_unwritable", "", params)]) from None


def in_words(report: Report) -> str:
    """The report for people."""
    figures: dict[str, object] = {**report.lines, **report.movements, "rows": report.rows, "items": report.items}
    figures |= {"respelt": report.respelt, "customers": report.customers, "cash": "ORDERS-CASH"}
    figures |= {"recorded": report.recorded, "repeated": report.repeated}
    lines = [say(text).format(**figures) for text in (READ, MADE_UP, NAMED, EVENTS)]
    if report.refused:
        rows = [
            [str(len(rows)), sentence(Problem(reason)), ", ".join(str(row.row) for row in rows[:EXAMPLES])]
            for reason, rows in sorted(report.refused.items(), key=lambda entry: -len(entry[1]))
        ]
        lines.append(say(REFUSED_ROWS).format(rows=report.refused_rows))
        lines.append(table([say(heading) for heading in HEADINGS], rows, figures=(0,), most=len(rows)))
    return "\n".join(lines)
