"""The places of a warehouse as people name them. Read once for each version of the catalog, not for each command."""

from collections.abc import Mapping
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.catalog.kinds import Purpose
from suyuan.catalog.models import Place
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import gln_uri, identify
from suyuan.gs1.problems import Problem, Refused

_MOST = 64  # warehouses at one version


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of ours. `active`: it and all that it lies in are in use, so that goods may be brought there."""

    uri: str
    code: str
    kind: str
    purpose: str
    temperature: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a warehouse: by code, by URI, and the first of each purpose that is in use."""

    root: str
    by_key: Mapping[str, Spot]
    by_uri: Mapping[str, Spot]
    by_purpose: Mapping[str, Spot]

    def default(self, purpose: Purpose) -> str:
        """The place for this purpose where nobody names one; the warehouse as a whole where it has none."""
        found = self.by_purpose.get(purpose)
        return found.uri if found else self.root

    def find(self, text: str) -> Spot | None:
        """The place of a code or URI."""
        text = text.strip()
        if "://" in text or text.lower().startswith("urn:"):
            try:
                return self.by_uri.get(identify(text).uri)
            except Refused:
                return None
        return self.by_key.get(code_key(text))


_known: dict[tuple[str, str], Places] = {}


def places_of(who: Who, warehouse: str) -> Places:
    """Two statements the first time after the catalog changed, none after."""
    key = (who.directory.token, warehouse)
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST:
            _known.clear()
        found = _known[key] = _read(who, warehouse)
    return found


def _read(who: Who, warehouse: str) -> Places:
    rows = Place.objects.filter(warehouse_id=warehouse).order_by("id")
    above = {id: (parent, active) for id, parent, active in rows.values_list("id", "parent_id", "is_active")}
    names = ("id", "key", "uri", "code", "kind", "purpose", "temperature_class")
    spots = [
        (key, Spot(uri, code, kind, purpose, warm, _in_use(id, above)))
        for id, key, uri, code, kind, purpose, warm in rows.values_list(*names)
    ]
    purposes: dict[str, Spot] = {}
    for _, spot in spots:
        if spot.active:
            purposes.setdefault(spot.purpose, spot)
    root = gln_uri(who.directory.warehouses[warehouse].gln)
    return Places(root, dict(spots), {spot.uri: spot for _, spot in spots}, purposes)


def _in_use(id: int, above: Mapping[int, tuple[int | None, bool]]) -> bool:
    """Is the place in use, and every place around it? No place lies in itself, so this ends."""
    parent, active = above[id]
    return active and (parent is None or _in_use(parent, above))


def place_of(
    places: Places,
    text: str,
    field: str,
    problems: list[Problem],
    *,
    otherwise: Purpose | None = None,
    into: bool = False,
) -> str:
    """The URI of a place; `otherwise` where nothing is named, empty without. An unknown one is a problem.

    `into`: goods are brought there, so a closed one is a problem too; out of it they may always go.
    """
    if not text:
        return places.default(otherwise) if otherwise else ""
    spot = places.find(text)
    if spot is None:
        problems.append(Problem("operations.place_unknown", field, {"place": text}))
        return ""
    if into and not spot.active:
        problems.append(Problem("operations.place_closed", field, {"place": spot.code}))
    return spot.uri
