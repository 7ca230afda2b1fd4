"""A thing as a page shows it: its name, its code, and the address of its page."""

from dataclasses import dataclass
from urllib.parse import quote

from suyuan.gs1.identifiers import ID_ORIGIN, identify
from suyuan.gs1.problems import N_, Refused

KIND_WORDS = {
    "lot": N_("Lot"),
    "serial": N_("Serial"),
    "item": N_("Item"),
    "container": N_("Container"),
    "place": N_("Place"),
    "party": N_("Partner"),
    "document": N_("Document"),
    "other": N_("Other"),
}
KIND_ICONS = {
    "lot": "packages",
    "serial": "qrcode",
    "item": "tag",
    "container": "box",
    "place": "map-pin",
    "party": "users",
    "document": "file-invoice",
    "other": "link",
}


@dataclass(frozen=True, slots=True)
class Thing:
    """`uri` canonical; `name` of the item, place or partner, empty where none is known; `code` what a person types."""

    uri: str
    kind: str
    code: str
    name: str = ""

    @property
    def url(self) -> str:
        return thing_url(self.uri)

    @property
    def query(self) -> str:
        """The part of the address that names it, for other pages about it."""
        return self.url.partition("?")[2]

    @property
    def icon(self) -> str:
        return KIND_ICONS.get(self.kind, "link")

    @property
    def word(self) -> str:
        return KIND_WORDS.get(self.kind, self.kind)

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.code) if part)


def thing_url(uri: str) -> str:
    """The address of a thing's page, the same for everybody: GS1 keys without their origin, other URIs whole.

    In the query, since a lot number may contain an escaped ``/`` that servers would unescape in a path.
    """
    return f"/thing?id={quote(uri.removeprefix(ID_ORIGIN), safe='/:')}"


def uri_of_id(text: str) -> str:
    """The inverse of `thing_url`'s query value; Refused for what is no URI."""
    return identify(ID_ORIGIN + text if text.startswith("/") else text).uri


def thing_of(uri: str, name: str = "") -> Thing:
    """A thing read off its URI; `name` from the catalog."""
    try:
        identity = identify(uri)
    except Refused:
        return Thing(uri, "other", uri, name)
    return Thing(identity.uri, identity.kind.value, identity.code, name)
