"""URIs into things with names, all of a page at once."""

from collections.abc import Iterable

from suyuan.accounts.rules import in_language
from suyuan.catalog.queries import names_for
from suyuan.gs1.identifiers import identify
from suyuan.gs1.problems import Refused
from suyuan.production.models import Tank
from suyuan.ui.things import Thing, thing_of


def item_of(uri: str) -> str:
    """The item of a lot, serial or item; empty for anything else."""
    try:
        return identify(uri).item or ""
    except Refused:
        return ""


def tank_names(uris: Iterable[str], language: str) -> dict[str, str]:
    """The names of those that are tanks. One statement if any may be one; a firm has few."""
    asked = {uri for uri in uris if "/8004/" in uri}
    rows = Tank.objects.values_list("uri", "name_zh", "name_en", "code") if asked else ()
    return {uri: in_language(language, zh, en, code) for uri, zh, en, code in rows if uri in asked}


class Names:
    """The names behind the URIs of one page, asked for once."""

    def __init__(self, uris: Iterable[str], language: str) -> None:
        wanted = {uri for uri in uris if uri}
        self.items = {uri: item_of(uri) for uri in wanted}
        # A lot is called as its item is; the catalog has no names of lots.
        asked = {self.items[uri] or uri for uri in wanted}
        self.names = names_for(asked, language) | tank_names(asked, language)

    def name(self, uri: str) -> str:
        return self.names.get(uri) or self.names.get(self.items.get(uri, ""), "")

    def thing(self, uri: str, kind: str = "") -> Thing:
        """The thing with the name of its item, place or partner; `kind` where the ledger knows better."""
        found = thing_of(uri, self.name(uri))
        return Thing(found.uri, kind, found.code, found.name) if kind and kind != found.kind else found
