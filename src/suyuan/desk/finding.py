"""One box that takes anything: what a typed or scanned text may mean."""

from dataclasses import dataclass

from suyuan.catalog.queries import names_for, resolve
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.scans import scan
from suyuan.ledger.keys import key16
from suyuan.ledger.models import Identifier
from suyuan.ui.things import Thing, thing_of

LONGEST = 2048
MOST = 50
# A person looks for goods more often than for the paper they came with.
ORDER = ("lot", "serial", "container", "item", "document", "place", "party", "other")


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates, best first; `more` if there are others; `problems` say why nothing was found."""

    things: tuple[Thing, ...]
    more: bool = False
    problems: tuple[Problem, ...] = ()


def find(text: str, language: str) -> Found:
    """Everything `text` may mean: a barcode, a URI, or a code that the ledger or the catalog knows."""
    text = text.strip()
    if len(text) > LONGEST:
        return Found((), problems=(Problem("desk.too_long", "q", {"length": str(len(text)), "longest": str(LONGEST)}),))
    scanned = _scanned(text)
    codes = [*resolve(text), *_by_code(text)]
    named = [scanned] if scanned and (_known(scanned) or not codes) else []
    uris = list(dict.fromkeys([*named, *codes])) or _by_beginning(text)
    if not uris:
        return Found((), problems=(Problem("desk.not_found", "q", {"text": text[:80]}),))
    return Found(things_of(uris[:MOST], language), more=len(uris) > MOST)


def things_of(uris: list[str], language: str) -> tuple[Thing, ...]:
    """Things with the names of their items, places and partners, in the order people look for them."""
    items = {uri: _item_of(uri) for uri in uris}
    names = names_for({*uris, *(item for item in items.values() if item)}, language)
    found = [thing_of(uri, names.get(uri) or names.get(items[uri] or "", "")) for uri in uris]
    return tuple(sorted(found, key=lambda thing: ORDER.index(thing.kind) if thing.kind in ORDER else len(ORDER)))


def _item_of(uri: str) -> str | None:
    try:
        return identify(uri).item
    except Refused:
        return None


def _scanned(text: str) -> str | None:
    try:
        identity = scan(text).identity
    except Refused:
        return None
    return identity.uri if identity else None


def _known(uri: str) -> bool:
    return Identifier.objects.filter(id=key16(uri)).exists() or bool(resolve(uri))


def _by_code(text: str) -> list[str]:
    """The ledger knows codes as they were scanned; people type them small and with blanks."""
    spellings = {text, text.upper(), "".join(text.split()).upper()}
    return list(Identifier.objects.filter(code__in=spellings).order_by("uri").values_list("uri", flat=True)[: MOST + 1])


def _by_beginning(text: str) -> list[str]:
    if len(text) < 3:
        return []
    found = Identifier.objects.filter(code__gte=text.upper(), code__lt=text.upper() + "\uffff")
    return list(found.order_by("code", "uri").values_list("uri", flat=True).distinct()[: MOST + 1])
