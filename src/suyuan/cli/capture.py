"""`suyuan capture`: EPCIS documents into the ledger, all files as one batch, wholly or not at all.

What the files say has happened, so by default it is recorded even where it does not fit the stock; `--guarded` judges
it as a command. A large batch is read twice, first to find every fault, then in the order of event times, a part at a
time, inside one transaction: so memory grows with the files and not with what is made of them.
"""

import argparse
import re
from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import transaction
from msgspec.structs import replace

from suyuan.capture.door import capture
from suyuan.capture.reading import key_of
from suyuan.cli.database import ready
from suyuan.cli.files import STDIN, content
from suyuan.cli.printing import bar, complain, complain_plainly, print_json, progress, table
from suyuan.epcis.document import OpenDocument, open_document
from suyuan.epcis.events import Event
from suyuan.epcis.hash import event_hash
from suyuan.epcis.reading import read_event
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ledger.keys import micros
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
PART = 2000
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how a file begins that Windows saved as "Unicode"
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
    """What the call did: eventIDs recorded and repeated, if they are asked for; problems with the file each is in."""

    sources: list[Source]
    ids: bool = False
    recorded: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    problems: list[tuple[str, Problem]] = field(default_factory=list)


class Spots:
    """The sound events of all files in their order: where each stands and when it happened, 16 bytes each.

    The events themselves are kept as long as there are few.
    """

    def __init__(self) -> None:
        self.sources, self.numbers, self.times = array("I"), array("I"), array("q")
        self.events: list[Event] = []

    def __len__(self) -> int:
        return len(self.times)

    def add(self, source: int, number: int, event: Event) -> None:
        self.sources.append(source)
        self.numbers.append(number)
        self.times.append(micros(event.event_time))
        if len(self) <= PART:
            self.events.append(identified(event))
        else:
            self.events.clear()


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=say(FILE_HELP))
    parser.add_argument("--json", action="store_true", help=say(JSON_HELP))
    parser.add_argument("--guarded", action="store_true", help=say(GUARDED_HELP))
    parser.add_argument("--proceed", action="store_true", help=say(PROCEED_HELP))


def run(args: argparse.Namespace) -> int:
    outcome = Outcome([Source(name) for name in args.files], args.json)
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


def gather(outcome: Outcome) -> Spots:
    """Read every file to its end; all problems of all files go into the outcome."""
    spots = Spots()
    for n, source in enumerate(outcome.sources):
        try:
            source.document = open_document(document_bytes(source.name), limit=settings.SUYUAN.capture_limit_bytes)
        except Refused as refused:
            outcome.problems += [(source.shown, problem) for problem in refused.problems]
            continue
        outcome.problems += [(source.shown, problem) for problem in source.document.envelope.problems]
        source.events = len(source.document)
        for number, found in enumerate(progress(source.document.results(), source.events, READING, EVENTS)):
            if isinstance(found, Refused):
                outcome.problems += [(source.shown, problem) for problem in found.problems]
            else:
                spots.add(n, number, found)
    return spots


def document_bytes(name: str) -> bytes:
    data = content(name, settings.SUYUAN.capture_limit_bytes)
    if re.match(rb"(\xef\xbb\xbf)?\s*<", data[:1024]):
        raise Refused([Problem("cli.file_xml", "", {"file": name})])
    if data.startswith(_UTF_16):
        raise Refused([Problem("epcis.utf8")])
    return data


# -- recording ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """Events captured in one call, by their numbers among all; `first` is the source sequence of the first."""

    first: int
    numbers: Sequence[int]

    def __len__(self) -> int:
        return len(self.numbers)

    def singly(self, times: Sequence[int]) -> list["Part"]:
        """One part for each event, in the order of time."""
        alone = [Part(self.first + n, [number]) for n, number in enumerate(self.numbers)]
        return sorted(alone, key=lambda part: times[part.numbers[0]])


def parts(times: Sequence[int]) -> Iterator[Part]:
    """A small batch as it is; a large one a part at a time, in the order of time."""
    if len(times) <= PART:
        yield Part(0, range(len(times)))
        return
    order = sorted(range(len(times)), key=times.__getitem__)
    for first in range(0, len(order), PART):
        yield Part(first, order[first : first + PART])


def record(outcome: Outcome, spots: Spots, *, guarded: bool, proceed: bool) -> None:
    """Capture the events; the counts, ids and further problems go into the outcome."""
    now = datetime.now(UTC)
    try:
        with nullcontext() if proceed else transaction.atomic(), bar(len(spots), RECORDING, EVENTS) as done:
            for part in parts(spots.times):
                _record_part(outcome, spots, part, now, guarded=guarded, proceed=proceed)
                done.update(len(part))
    except Refused:
        outcome.recorded, outcome.repeated = [], []
        for source in outcome.sources:
            source.recorded = source.repeated = 0


def _record_part(outcome: Outcome, spots: Spots, part: Part, now: datetime, *, guarded: bool, proceed: bool) -> None:
    events = [_event(outcome, spots, n) for n in part.numbers]
    try:
        done = capture(events, now=now, guarded=guarded, first=part.first)
    except Refused as refused:
        if proceed and len(part) > 1:
            for alone in part.singly(spots.times):
                _record_part(outcome, spots, alone, now, guarded=guarded, proceed=True)
            return
        outcome.problems += [_placed(outcome, spots, part, problem) for problem in refused.problems]
        if not proceed:
            raise
    else:
        _note(outcome, [spots.sources[n] for n in part.numbers], events, Counter(key for _, key in done.recorded))


def _event(outcome: Outcome, spots: Spots, n: int) -> Event:
    return spots.events[n] if spots.events else outcome.sources[spots.sources[n]].event(spots.numbers[n])


def _note(outcome: Outcome, sources: Sequence[int], events: Sequence[Event], new: Counter[bytes]) -> None:
    """Count for each file what was new; of two equal events in one call the second repeats the first."""
    for source, event in zip(sources, events, strict=True):
        key = key_of(event)
        fresh = new[key] > 0
        new[key] -= fresh
        outcome.sources[source].recorded += fresh
        outcome.sources[source].repeated += not fresh
        if outcome.ids:
            (outcome.recorded if fresh else outcome.repeated).append(event.event_id or key.hex())


def _placed(outcome: Outcome, spots: Spots, part: Part, problem: Problem) -> tuple[str, Problem]:
    """A problem of the write door with the file and place of its event, where it is one event's."""
    found = re.fullmatch(r"eventList\[([0-9]+)\]\.(.+)", problem.field)
    if not found and len(part) > 1:
        return "", problem
    n = part.numbers[int(found[1]) - part.first if found else 0]
    source = outcome.sources[spots.sources[n]]
    field = source.place(spots.numbers[n]) + (found[2] if found else "")
    return source.shown, Problem(problem.code, field.rstrip("."), problem.params)


# -- reporting ---------------------------------------------------------------------------------------------------------


def report(outcome: Outcome, *, as_json: bool) -> None:
    """What was done on standard output, what is wrong on standard error (with JSON on both)."""
    for file, problem in outcome.problems:
        complain(_where(file, problem), problem)
    if as_json:
        print_json(_json(outcome))
        return
    stored = sum(source.recorded for source in outcome.sources)
    if outcome.problems:
        complain_plainly(SOME_STORED if stored else NOTHING_STORED)
    if stored or not outcome.problems:
        rows = [[s.shown, str(s.events), str(s.recorded), str(s.repeated)] for s in outcome.sources]
        print(table([say(heading) for heading in HEADINGS], rows, figures=(1, 2, 3), most=len(rows)))


def _where(file: str, problem: Problem) -> str:
    """File and field, as far as the sentence does not name them itself."""
    parts = ("" if problem.code.startswith("cli.file_") else file, "" if "://" in problem.field else problem.field)
    return ": ".join(part for part in parts if part)


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
