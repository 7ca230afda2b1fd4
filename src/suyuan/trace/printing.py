"""An answer as JSON."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from msgspec import Struct
from msgspec import json as msgspec_json

from suyuan.genealogy import search
from suyuan.gs1.quantities import decimal_text, unscaled
from suyuan.trace.values import Found, Trace


class _OnlyId(Struct):
    eventID: str | None = None  # the standard's spelling


def event_ids(records: Sequence[tuple[str, bytes]]) -> list[str]:
    """The eventIDs of records, as given; a record whose event came without one has its key in hexadecimal."""
    read = msgspec_json.Decoder(_OnlyId)
    with connection.cursor() as cursor:
        rows = search.each_in(cursor, "SELECT id, body FROM ledger_body WHERE id {keys}", [key for _, key in records])
        ids = {key: read.decode(body).eventID for key, body in rows}
    return [ids.get(record) or record.hex() for _, record in records]


def as_json(answer: Trace, gaps: Sequence[str]) -> dict[str, Any]:
    """The answer in the shape that `suyuan trace --json` prints; `gaps` are its gaps as sentences."""

    def found(rows: Sequence[Found]) -> list[dict[str, Any]]:
        return [
            {"id": f.uri, "kind": f.kind, "depth": f.depth, "quantity": _text(f.quantity), "unit": f.unit or None}
            for f in rows
        ]

    return {
        "query": answer.query,
        "subjects": [subject.uri for subject in answer.subjects],
        "backward": found(answer.backward),
        "forward": found(answer.forward),
        "stock": [
            {
                "id": s.uri,
                "place": s.place,
                "container": s.container,
                "quantity": _text(s.quantity),
                "unit": s.unit,
                "status": s.status,
            }
            for s in answer.stock
        ],
        "parties": [
            {
                "party": share.party,
                "role": share.role,
                "ids": sorted(answer.uris.get(key, key.hex()) for key in share.ids),
                "quantity": _text(share.quantity),
                "unit": unit,
            }
            for share, unit in answer.parties
        ],
        "events": list(dict.fromkeys(event_ids(answer.records))),
        "gaps": list(gaps),
    }


def _text(quantity: int | None) -> str | None:
    return None if quantity is None else decimal_text(unscaled(quantity))
