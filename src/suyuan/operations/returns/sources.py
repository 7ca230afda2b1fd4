"""Which shipments goods may have come back from, how much of each is left with the customer, and how much comes from
which where somebody chose one, or one is not enough."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.operations.returned import shipments_of
from suyuan.orders.packed import of_step, taken

_WENT = taken(of_step("shipping"), by="subject")
_CAME = taken(of_step("receiving", "void_shipping"), back=True, by="subject")


@dataclass(frozen=True, slots=True)
class Source:
    """A shipment by its despatch advice (URI): when it left, in microseconds, and how much of the goods it brought has
    not come back, in millionths; None of a container, which goes and comes whole."""

    document: str
    at: int
    left: int | None = None


def sources_of(subjects: Iterable[bytes], customer: bytes) -> dict[bytes, list[Source]]:
    """Subject → the shipments under which it went to the customer, the latest first. Two statements more than
    `shipments_of`."""
    went = shipments_of(subjects, customer)
    papers = {key16(uri): uri for found in went.values() for uri in found}
    left: dict[tuple[str, bytes], int] = {}
    with connection.cursor() as cursor:
        for sql in (_WENT, _CAME) if papers else ():
            rows: list[tuple[Any, ...]] = select_in(cursor, sql, papers, "doc.desadv")
            for paper, subject, amount in rows:
                key = papers[bytes(paper)], bytes(subject)
                left[key] = left.get(key, 0) + int(amount)
    return {
        subject: [Source(uri, at, left.get((uri, subject))) for uri, at in found.items()]
        for subject, found in went.items()
    }


def spread(wanted: int, sources: Sequence[Source], chosen: str = "") -> list[tuple[str, int]]:
    """(shipment, amount): all from the one that was chosen, or else from the latest, where it has so much left. Where
    it has not, what was chosen comes first and the oldest before the others; what none of them brought comes from "",
    and of a container everything from one. Pure.
    """
    rest = [one for one in sources if one.left is None or one.left > 0]
    first = next((one for one in rest if one.document == chosen), None)
    latest = first or (rest[0] if rest else None)
    if latest is not None and (latest.left is None or latest.left >= wanted):
        return [(latest.document, wanted)]
    order = ([first] if first else []) + [one for one in reversed(rest) if one is not first]
    found: list[tuple[str, int]] = []
    for one in order:
        part = min(wanted, one.left or 0)
        if part > 0:
            found.append((one.document, part))
            wanted -= part
    return found + ([("", wanted)] if wanted > 0 or not found else [])


def without(sources: Mapping[bytes, Sequence[Source]], subject: bytes, document: str, part: int) -> list[Source]:
    """What is left of these shipments after so much of one of them. Pure."""
    return [
        Source(one.document, one.at, one.left - part if one.document == document and one.left is not None else one.left)
        for one in sources.get(subject, ())
    ]
