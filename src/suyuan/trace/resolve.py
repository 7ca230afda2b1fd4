"""What a typed or scanned text may mean: one subject, or several that the person has to choose from."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.db import connection

from suyuan.catalog.queries import resolve as resolve_name
from suyuan.gs1.elements import scan
from suyuan.gs1.epc_tags import decode_tag
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Refused
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Body, EventItem, Identifier

_TAG = re.compile(r"[0-9A-F]{8,128}")
GOODS = ("lot", "serial", "item", "container")
LIMIT = 50


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing the ledger or the catalog knows."""

    uri: str
    kind: str

    @property
    def key(self) -> bytes:
        return key16(self.uri)


def resolve(text: str) -> list[Candidate]:
    """Everything that a lot number, item code, GTIN, SSCC, serial, URI, order number or scanned element string may
    mean.

    Goods come before documents, documents before parties and places; only the first kind that has any is answered.
    """
    text = text.strip()
    exact = [*_exact(text), *tagged(text)]
    known = _known(exact)
    if known:
        return known[:1]
    found = _by_code(text)
    named = [Candidate(uri, identify(uri).kind.value) for uri in resolve_name(text)]
    everything = list(
        {candidate.uri: candidate for candidate in [*named, *found] if not _is_transit(candidate)}.values()
    )
    for kinds in (GOODS, ("document",), ("party", "place", "other")):
        chosen = [candidate for candidate in everything if candidate.kind in kinds]
        if chosen:
            return sorted(chosen, key=lambda candidate: candidate.uri)[:LIMIT]
    return []


def tagged(number: str) -> list[str]:
    """What the RFID tag of this number (EPC or TID, in hexadecimal) was last on; nothing where it came off since."""
    digits = "".join(number.split()).upper()
    if not _TAG.fullmatch(digits):
        return []
    rows = EventItem.objects.filter(role="tag", identifier__in=_tag_keys(digits)).order_by("-event_time")
    for log, record in rows.values_list("log", "record")[:1]:
        body = Body.objects.filter(log=log, id=bytes(record)).values_list("body", flat=True).first()
        event = json.loads(bytes(body)) if body is not None else {}
        return [str(row["id"]) for row in _rows(event, "tags") if digits in (row.get("tid"), row.get("epc"))]
    return []


def _tag_keys(digits: str) -> list[bytes]:
    return [bytes(key) for key in Identifier.objects.filter(code=digits, kind="other").values_list("id", flat=True)]


def _rows(event: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found: object = next((value for key, value in event.items() if key.rpartition(":")[2] == name), [])
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _is_transit(candidate: Candidate) -> bool:
    """A holder of goods under way is nothing that anybody asks for."""
    return candidate.kind == "place" and "/transit/" in candidate.uri


def _exact(text: str) -> list[str]:
    """What the text names by itself, if it is a URI, an element string or a bare key."""
    uris = []
    for read in (_scanned, _named, decode_tag):
        try:
            uris.append(read(text))
        except Refused:
            continue
    return [uri for uri in uris if uri]


def _scanned(text: str) -> str | None:
    result = scan(text)
    return result.identity.uri if result.identity else None


def _named(text: str) -> str:
    return identify(text).uri


def _known(uris: Iterable[str]) -> list[Candidate]:
    keys = {key16(uri): uri for uri in uris}
    with connection.cursor() as cursor:
        rows = select_in(cursor, "SELECT DISTINCT uri, kind FROM ledger_identifier WHERE id {keys}", keys)
    found = {cast(str, uri): Candidate(cast(str, uri), cast(str, kind)) for uri, kind in rows}
    return [found[uri] for uri in keys.values() if uri in found]


def _by_code(text: str) -> list[Candidate]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT uri, kind FROM ledger_identifier WHERE code = %s", [text])
        return [Candidate(uri, kind) for uri, kind in cursor.fetchall()]
