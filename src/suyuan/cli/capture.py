"""`suyuan capture`: EPCIS documents into the ledger, all files as one batch, wholly or not at all.

What the files say has happened, so by default it is recorded even where it does not fit the stock; `--guarded` judges
it as a command. A large batch is read twice, first to find every fault, then in the order of event times, a part at a
time, inside one transaction: so memory grows with the files and not with what is made of them.
"""

import argparse
import re
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby

from django.conf import settings
from django.db import transaction
from msgspec.structs import replace

from suyuan.capture.door import capture
from suyuan.capture.guard import governed
from suyuan.capture.reading import key_of
from suyuan.cli.database import ready
from suyuan.cli.files import STDIN, content
from suyuan.cli.printing import bar, complain, complain_plainly, print_json, progress, table
from suyuan.epcis.document import OpenDocument, open_document
from suyuan.epcis.events import Event
from suyuan.epcis.hash import event_hash
from suyuan.epcis.reading import read_event
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ui.problems import say, sentence

HELP = N_(
    "record EPCIS 2.0 documents (JSON, JSON-LD, also packed as .gz): all files as one batch, wholly or not at all"
)
FILE_HELP = N_("a document, a list of events, or - for standard input")
JSON_HELP = N_("print JSON")
GUARDED_HELP = N_("refuse what the stock forbids, as if it were still to be done")
PROCEED_HELP = N_("record what can be recorded, and report the rest")
READING, RECORDING, EVENTS = N_("reading"), N_("recording"), N_("events")
HEADINGS = (N_("File"), N_("Events"), N_("Recorded"), N_("Repeated"))
NOTHING_STORED = N_("Nothing was recorded.")
SOME_STORED = N_("The rest was recorded.")
PART = 4000
REFUSED = 2


@dataclass(slots=True)
class Source:
    """A file: its document, and what became of its events."""

    name: str
    document: OpenDocument | None = None
    events: int = 0
    recorded: int = 0
    repeated: int = 0

    @property
    def shown(self) -> str:
        return "stdin" if self.name == STDIN else self.name

    def event(self, n: int) -> Event:
        """The n-th event, which has been read before; with the id it is recorded under."""
        envelope = self.document.envelope if self.document else None
        found = read_event(envelope.rows[n], envelope.context, "") if envelope else []
        if isinstance(found, Event):
            return identified(found)
        raise Refused(found)

    def place(self, n: int) -> str:
        return self.document.envelope.place(n) if self.document else ""


@dataclass(slots=True)
class Outcome:
    """What the call did: eventIDs recorded and repeated; problems with the file each is in."""

    sources: list[Source]
    recorded: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an event stands: its `number` in a `source`; `at` its time. Only small batches keep the event itself."""

    at: datetime
    source: int
    number: int
    event: Event | None


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=say(FILE_HELP))
    parser.add_argument("--json", action="store_true", help=say(JSON_HELP))
    parser.add_argument("--guarded", action="store_true", help=say(GUARDED_HELP))
    parser.add_argument("--proceed", action="store_true", help=say(PROCEED_HELP))


def run(args: argparse.Namespace) -> int:
    outcome = Outcome([Source(name) for name in args.files])
    spots = gather(outcome)
    if not outcome.problems or args.proceed:
        ready()
        record(outcome, spots, guarded=args.guarded, proceed=args.proceed)
    report(outcome, as_json=args.json)
    return REFUSED if outcome.problems else 0


def identified(event: Event) -> Event:
    """An event without an id gets that of its content (CBV 2.0 §8.9), as the write door would do."""
    return event if event.event_id is not None else replace(event, event_id=event_hash(event))


# -- reading -----------------------------------------------------------------------------------------------------------


def gather(outcome: Outcome) -> list[Spot]:
    """Read every file to its end; all problems of all files go into the outcome. The sound events, in their order."""
    spots: list[Spot] = []
    for n, source in enumerate(outcome.sources):
        try:
            source.document = open_document(document_bytes(source.name), limit=settings.SUYUAN.capture_limit_bytes)
        except Refused as refused:
            outcome.problems += [(source.shown, problem) for problem in refused.problems]
            continue
        outcome.problems += [(source.shown, problem) for problem in source.document.envelope.problems]
        source.events = len(source.document)
        _read_events(outcome, n, source.document, spots)
    if len(spots) > PART:
        return [Spot(spot.at, spot.source, spot.number, None) for spot in spots]
    return spots


def _read_events(outcome: Outcome, n: int, document: OpenDocument, spots: list[Spot]) -> None:
    for number, found in enumerate(progress(document.results(), len(document), READING, EVENTS)):
        if isinstance(found, Refused):
            outcome.problems += [(outcome.sources[n].shown, problem) for problem in found.problems]
        else:
            kept = identified(found) if len(spots) <= PART else None
            spots.append(Spot(found.event_time, n, number, kept))


def document_bytes(name: str) -> bytes:
    data = content(name, settings.SUYUAN.capture_limit_bytes)
    if re.match(rb"(\xef\xbb\xbf)?\s*<", data[:1024]):
        raise Refused([Problem("cli.file_xml", "", {"file": name})])
    return data


# -- recording ---------------------------------------------------------------------------------------------------------


def record(outcome: Outcome, spots: list[Spot], *, guarded: bool, proceed: bool) -> None:
    """Capture the events; the counts, ids and further problems go into the outcome."""
    now = datetime.now(UTC)
    try:
        with nullcontext() if proceed else transaction.atomic(), bar(len(spots), RECORDING, EVENTS) as done:
            for part in parts(spots):
                _record_part(outcome, part, now, guarded=guarded, proceed=proceed)
                done.update(len(part))
    except Refused:
        outcome.recorded, outcome.repeated = [], []
        for source in outcome.sources:
            source.recorded = source.repeated = 0


def _record_part(outcome: Outcome, part: Sequence[Spot], now: datetime, *, guarded: bool, proceed: bool) -> None:
    events = [spot.event or outcome.sources[spot.source].event(spot.number) for spot in part]
    try:
        with governed():
            done = capture(events, now=now, guarded=guarded)
        _note(outcome, part, events, {key for _, key in done.recorded})
    except Refused as refused:
        if proceed and len(part) > 1:
            for spot in sorted(part, key=lambda spot: spot.at):
                _record_part(outcome, [spot], now, guarded=guarded, proceed=True)
            return
        outcome.problems += [_placed(outcome, part, problem) for problem in refused.problems]
        if not proceed:
            raise


def parts(spots: list[Spot]) -> Iterator[list[Spot]]:
    """A small batch as it is; a large one in the order of time.

    Events of one moment are never apart: their order is that in the batch.
    """
    if len(spots) <= PART:
        yield spots
        return
    part: list[Spot] = []
    for _, together in groupby(sorted(spots, key=lambda spot: spot.at), key=lambda spot: spot.at):
        part += together
        if len(part) >= PART:
            yield part
            part = []
    if part:
        yield part


def _note(outcome: Outcome, part: Sequence[Spot], events: Sequence[Event], new: set[bytes]) -> None:
    """Count for each file what was new; of two equal events in one call the second repeats the first."""
    for spot, event in zip(part, events, strict=True):
        key = key_of(event)
        fresh = key in new
        new.discard(key)
        outcome.sources[spot.source].recorded += fresh
        outcome.sources[spot.source].repeated += not fresh
        (outcome.recorded if fresh else outcome.repeated).append(event.event_id or key.hex())


def _placed(outcome: Outcome, part: Sequence[Spot], problem: Problem) -> tuple[str, Problem]:
    """A problem of the write door with the file and place of its event, where it is one event's."""
    found = re.fullmatch(r"eventList\[([0-9]+)\]\.(.+)", problem.field)
    spot = part[int(found[1])] if found else part[0] if len(part) == 1 else None
    if spot is None:
        return "", problem
    source = outcome.sources[spot.source]
    return source.shown, Problem(problem.code, source.place(spot.number) + (found[2] if found else ""), problem.params)


# -- reporting ---------------------------------------------------------------------------------------------------------


def report(outcome: Outcome, *, as_json: bool) -> None:
    """What was done on standard output, what is wrong on standard error (with JSON on both)."""
    for file, problem in outcome.problems:
        complain(": ".join(part for part in (file, problem.field) if part and "://" not in part), problem)
    if as_json:
        print_json(_json(outcome))
        return
    if outcome.problems:
        complain_plainly(NOTHING_STORED if not outcome.recorded else SOME_STORED)
    if not outcome.problems or outcome.recorded:
        rows = [[s.shown, str(s.events), str(s.recorded), str(s.repeated)] for s in outcome.sources]
        print(table([say(heading) for heading in HEADINGS], rows, figures=(1, 2, 3), most=len(rows)))


def _json(outcome: Outcome) -> dict[str, object]:
    told: dict[str, object] = {
        "files": [
            {"file": s.shown, "events": s.events, "recorded": s.recorded, "repeated": s.repeated}
            for s in outcome.sources
        ],
        "recorded": outcome.recorded,
        "repeated": outcome.repeated,
    }
    if outcome.problems:
        told["problems"] = [
            {"file": file, "field": problem.field, "code": problem.code, "message": sentence(problem)}
            for file, problem in outcome.problems
        ]
    return told
