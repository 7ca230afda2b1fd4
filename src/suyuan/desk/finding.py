"""One box that takes anything: what a typed or scanned text may mean."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.asking import people_called
from suyuan.desk.forms import day_of
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem
from suyuan.ledger.models import Identifier
from suyuan.trace.resolve import Candidate, resolve
from suyuan.trace.words import SHORTEST, by_words
from suyuan.ui.tables import Jump
from suyuan.ui.things import Thing

LONGEST = 2048
MOST = 50
SHORTEST_BEGINNING = 3


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, best first; `more` if there are others; `questions`: what else may be meant, a person or a day, each
    with its kind; `problems` say why nothing was found.
    """

    things: tuple[Thing, ...]
    more: bool = False
    problems: tuple[Problem, ...] = ()
    questions: tuple[tuple[str, Jump], ...] = ()


def find(text: str, language: str) -> Found:
    """Everything `text` may mean: a barcode, a URI, a code, however it was typed, or the beginning of one; else a part
    of a name, a person, a day.
    """
    text = text.strip().replace("\0", "")
    if len(text) > LONGEST:
        return Found((), problems=(Problem("desk.too_long", "q", {"length": str(len(text)), "longest": str(LONGEST)}),))
    upper = "".join(text.split()).upper()
    found = resolve(text) or (resolve(upper) if upper != text else []) or _beginning(text)
    questions: tuple[tuple[str, Jump], ...] = ()
    if not found:
        found, questions = by_words(text, MOST + 1), tuple(_questions(text))
    if not found and not questions:
        return Found((), problems=(Problem("desk.not_found", "q", {"text": text[:80]}),))
    names = Names([candidate.uri for candidate in found], language)
    things = tuple(names.thing(candidate.uri, candidate.kind) for candidate in found[:MOST])
    return Found(things, more=len(found) > MOST, questions=questions)


def _questions(text: str) -> Iterator[tuple[str, Jump]]:
    """What can be asked of the trace by this: what a person did, what happened on a day."""
    trace = reverse("desk:trace")
    if len(text) >= SHORTEST:
        for _id, name in people_called(text):
            yield _("Person"), Jump(name, f"{trace}?{urlencode({'person': name})}")
    day = day_of(text, "q", [])
    if day is not None:
        yield _("Day"), Jump(day.isoformat(), f"{trace}?{urlencode({'since': day, 'until': day})}")


def _beginning(text: str) -> list[Candidate]:
    """Codes that begin with what was typed, which is what a person still remembers of them."""
    if len(text) < SHORTEST_BEGINNING:
        return []
    found: dict[str, str] = {}
    for start in dict.fromkeys((text, text.upper())):
        rows = Identifier.objects.filter(code__gte=start, code__lt=f"{start}\uffff").order_by("code", "uri")
        found.update(rows.values_list("uri", "kind").distinct()[: MOST + 1])
    return [Candidate(uri, kind) for uri, kind in found.items()][: MOST + 1]
