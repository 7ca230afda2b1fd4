"""`suyuan trace`: where goods came from, where they went, where they are."""

import argparse
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import get_language

from suyuan.catalog.queries import names_for
from suyuan.cli.database import ready
from suyuan.cli.printing import complain, print_json, table
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.trace.answer import Found, Trace, find, trace
from suyuan.trace.printing import as_json
from suyuan.trace.resolve import Candidate
from suyuan.ui.problems import say, sentence
from suyuan.ui.states import state
from suyuan.ui.things import KIND_WORDS

HELP = N_("where goods came from, where they went and where they are now, in both directions")
QUERY_HELP = N_("lot number, item code, GTIN, SSCC, serial, Digital Link, order number or scanned text")
JSON_HELP = N_("print JSON")
REFUSED = 2

WHERE = N_("WHERE NOW")
CAME_FROM, WENT_TO, PARTIES, GAPS = N_("CAME FROM"), N_("WENT TO"), N_("WHO"), N_("GAPS")
NOTHING = N_("nothing recorded")
EVENTS = N_("Events: {count}")
MORE = N_("… and {count} more; --json lists all")
STEP, KIND, GOODS, QUANTITY, UNIT = N_("Steps"), N_("Kind"), N_("Goods"), N_("Quantity"), N_("Unit")
PLACE, CONTAINER, STATE, ROLE, PARTY, URI = (
    N_("Place"),
    N_("Container"),
    N_("State"),
    N_("Role"),
    N_("Party"),
    N_("Identifier"),
)
ROLES = {"supplier": N_("Supplier"), "customer": N_("Customer"), "carrier": N_("Carrier"), "maker": N_("Maker")}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query", metavar="ANYTHING", help=say(QUERY_HELP))
    parser.add_argument("--json", action="store_true", help=say(JSON_HELP))


def run(args: argparse.Namespace) -> int:
    ready()
    query = args.query.encode(errors="replace").decode()  # an argument need not be UTF-8
    try:
        candidates = find(query)
    except Refused as refused:
        return undecided(query, [], refused.problems, as_json_=args.json)
    if len(candidates) > 1:
        ambiguous = Problem("trace.ambiguous", "query", {"query": query})
        return undecided(query, candidates, [ambiguous], as_json_=args.json)
    answer = trace(query, candidates, now=datetime.now(UTC))
    if args.json:
        print_json(as_json(answer, [sentence(problem) for problem in answer.gaps]))
    else:
        print("\n".join(in_words(answer)))
    return 0


def undecided(query: str, candidates: Sequence[Candidate], problems: Iterable[Problem], *, as_json_: bool) -> int:
    """Nothing, or several things, of that name: what it may mean and no answer."""
    names = names_of(candidate.uri for candidate in candidates)
    if as_json_:
        found = [{"id": c.uri, "kind": c.kind} | ({"name": names[c.uri]} if c.uri in names else {}) for c in candidates]
        print_json({"query": query, "candidates": found})
    for problem in problems:
        complain("", problem)
    if candidates and not as_json_:
        rows = [[say(KIND_WORDS.get(c.kind, c.kind)), names.get(c.uri, ""), c.uri] for c in candidates]
        print(table([say(KIND), say(GOODS), say(URI)], rows, most=len(rows)))
    return REFUSED


def names_of(uris: Iterable[str]) -> dict[str, str]:
    """URI → a name for people: of a lot or serial its item's name and its number."""
    wanted = list(uris)
    items = {uri: item for uri in wanted if (item := _item_of(uri)) and item != uri}
    known = names_for({*wanted, *items.values()}, get_language() or "en")
    return known | {uri: f"{known[item]} {_code_of(uri)}" for uri, item in items.items() if item in known}


def _item_of(uri: str) -> str | None:
    try:
        return identify(uri).item
    except Refused:
        return None


def _code_of(uri: str) -> str:
    try:
        return identify(uri).code
    except Refused:
        return uri


# -- for people --------------------------------------------------------------------------------------------------------


def in_words(answer: Trace) -> list[str]:
    """The answer as lines of text."""
    uris = {s.uri for s in answer.subjects} | {f.uri for f in (*answer.backward, *answer.forward)}
    uris |= {uri for lying in answer.stock for uri in (lying.uri, lying.place, lying.container) if uri}
    uris |= {share.party for share, _ in answer.parties}
    names = names_of(uris)
    lines = []
    for subject in answer.subjects:
        lines.append(f"{say(KIND_WORDS.get(subject.kind, subject.kind))}  {_shown(subject.uri, names)}  {subject.uri}")
    lines += _section(WHERE, (GOODS, QUANTITY, UNIT, PLACE, CONTAINER, STATE), (1,), _lying(answer, names))
    lines += _section(CAME_FROM, _FOUND, (0, 3), _found(answer.backward, names))
    lines += _section(WENT_TO, _FOUND, (0, 3), _found(answer.forward, names))
    lines += _section(PARTIES, (ROLE, PARTY, QUANTITY, UNIT, URI), (2,), _parties(answer, names))
    if answer.gaps:
        lines += ["", say(GAPS), *(f"  {sentence(problem)}" for problem in answer.gaps)]
    return [*lines, "", say(EVENTS).format(count=len(answer.records))]


_FOUND = (STEP, KIND, GOODS, QUANTITY, UNIT, URI)


def _section(title: str, headings: Sequence[str], figures: tuple[int, ...], rows: Sequence[Sequence[str]]) -> list[str]:
    body = table([say(h) for h in headings], rows, figures=figures, more=say(MORE)) if rows else f"  {say(NOTHING)}"
    return ["", say(title), body]


def _shown(uri: str, names: Mapping[str, str]) -> str:
    return names.get(uri) or _code_of(uri)


def _lying(answer: Trace, names: Mapping[str, str]) -> list[list[str]]:
    return [
        [
            _shown(lying.uri, names),
            decimal_text(unscaled(lying.quantity)),
            lying.unit,
            _shown(lying.place, names) if lying.place else "",
            _shown(lying.container, names) if lying.container else "",
            say(state(lying.status).word) + (f" · {say(state('transit').word)}" if lying.under_way else ""),
        ]
        for lying in answer.stock
    ]


def _found(rows: Iterable[Found], names: Mapping[str, str]) -> list[list[str]]:
    return [
        [
            str(found.depth),
            say(KIND_WORDS.get(found.kind, found.kind)),
            _shown(found.uri, names),
            "" if found.quantity is None else decimal_text(unscaled(found.quantity)),
            found.unit,
            found.uri,
        ]
        for found in rows
    ]


def _parties(answer: Trace, names: Mapping[str, str]) -> list[list[str]]:
    return [
        [
            say(ROLES.get(share.role, share.role)),
            _shown(share.party, names),
            decimal_text(unscaled(share.quantity)),
            unit,
            share.party,
        ]
        for share, unit in answer.parties
    ]
