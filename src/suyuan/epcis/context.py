"""JSON-LD contexts as far as EPCIS needs them (EPCIS 2.0 §10.1): which prefixes there are, which an event uses."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from suyuan.epcis.events import ContextEntry, Terms
from suyuan.epcis.values import Collector, is_uri

STANDARD_CONTEXT = "https://ref.gs1.org/standards/epcis/epcis-context.jsonld"
_STANDARD_ENDS = "/epcis-context.jsonld"

STANDARD_PREFIXES: dict[str, str] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://ref.gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
_NOTHING_NEW = frozenset({"@version", "@protected"})
MASTER_DATA = STANDARD_PREFIXES["cbvmda"]
# The context of 2022 wrote gs1.org/voc, that of 2025 ref.gs1.org/voc: either says nothing new. What a document says
# about cbvmda is kept, since its event hashes depend on it.
_SAID_ALREADY = {*STANDARD_PREFIXES.items(), ("gs1", "https://gs1.org/voc/")} - {("cbvmda", MASTER_DATA)}

Shape = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]
encode = msgspec.json.Encoder(order="sorted", decimal_format="number").encode


class Context(msgspec.Struct, frozen=True):
    """What "@context" adds to the standard one: `terms` (prefix → namespace or definition), `remote` addresses.

    `entries` is all of it as "@context" lists it, and `lead` how the canonical bytes of an event with it begin.
    `prefixes` has those of the standard context too. `shapes` is the notebook of `usual`: by the names of an
    event's fields, those that are extensions, with their full names, and those that are rare.
    """

    terms: Terms
    remote: tuple[str, ...]
    entries: tuple[ContextEntry, ...]
    lead: bytes
    prefixes: dict[str, str]
    needles: tuple[tuple[str, bytes], ...]
    shapes: dict[tuple[str, ...], Shape] = {}

    def told_with(self, body: bytes, start: int) -> tuple[tuple[ContextEntry, ...], bytes]:
        """What an event uses of it (the remote addresses, then at most one dict), and its canonical bytes with that.

        In `body` its fields begin at `start`, after the brace or after its own context.
        """
        # Looked for from the end: there the lower case of prefixes sorts.
        used = [term for term, needle in self.needles if body.rfind(needle, start) >= 0]
        entries, lead = self.entries, self.lead
        if len(used) < len(self.terms):
            entries = _entries({term: self.terms[term] for term in used}, self.remote)
            lead = _lead(entries)
        return entries, body if start == len(lead) and body.startswith(lead) else lead + body[start:]


def namespaces(context: Iterable[ContextEntry]) -> dict[str, str]:
    """Prefix → namespace, of what the entries of a context declare."""
    found = {}
    for entry in context:
        for term, meaning in entry.items() if isinstance(entry, dict) else ():
            namespace = meaning.get("@id") if isinstance(meaning, dict) else meaning
            if isinstance(namespace, str):
                found[term] = namespace
    return found


def _context(terms: Terms, remote: tuple[str, ...]) -> Context:
    prefixes = STANDARD_PREFIXES | namespaces([terms])
    if prefixes["cbvmda"] + ":" == MASTER_DATA:  # as XML documents write it
        prefixes["cbvmda"] = MASTER_DATA
    entries = _entries(terms, remote)
    needles = tuple((term, _needle(term)) for term in terms)
    return Context(terms, remote, entries, _lead(entries), prefixes, needles)


def _entries(terms: Terms, remote: tuple[str, ...]) -> tuple[ContextEntry, ...]:
    return (*remote, terms) if terms else remote


def _lead(entries: Sequence[ContextEntry]) -> bytes:
    # "@" comes before every letter that a field can begin with: this is where sorting puts it.
    return b'{"@context":' + encode(context_json(entries)) + b"," if entries else b"{"


def context_json(context: Sequence[ContextEntry]) -> ContextEntry | list[ContextEntry]:
    """A context as "@context" says it: alone, or as a list."""
    return context[0] if len(context) == 1 else list(context)


def _needle(term: str) -> bytes:
    # A prefix is used where a name or value starts with it: `"example:`. Keywords ("@vocab") bear on everything.
    return b'"' if term.startswith("@") else f'"{term}:'.encode()


EMPTY = _context({}, ())


def _is_standard(address: str) -> bool:
    return address.endswith(_STANDARD_ENDS)


def read_context(value: object, problems: Collector, field: str, base: Context = EMPTY) -> Context:
    """The context of a document or event, laid over `base`; what the standard context says already is left out."""
    terms, remote = dict(base.terms), list(base.remote)
    for n, entry in enumerate(value if isinstance(value, list) else [value]):
        place = f"{field}[{n}]" if isinstance(value, list) else field
        if isinstance(entry, str) and is_uri(entry):
            remote += [entry] if not _is_standard(entry) and entry not in remote else []
        elif isinstance(entry, dict):
            _lay_over(terms, entry, problems, place)
        else:
            problems.refuse("epcis.context", place)
    return _context(terms, tuple(remote)) if (terms, tuple(remote)) != (base.terms, base.remote) else base


def _is_meaning(text: object) -> bool:
    # A namespace, a name under one, or another word for a keyword ("type": "@type").
    return isinstance(text, str) and (":" in text or text.startswith("@"))


def _lay_over(terms: Terms, entry: Mapping[str, object], problems: Collector, place: str) -> None:
    for term, meaning in entry.items():
        if meaning is None or (isinstance(meaning, str) and (term, meaning) in _SAID_ALREADY):
            terms.pop(term, None)
        elif term.startswith("@") or isinstance(meaning, dict) or _is_meaning(meaning):
            terms |= {term: meaning} if term not in _NOTHING_NEW else {}
        else:
            problems.refuse("epcis.context_namespace", f"{place}.{term}", prefix=term)


@lru_cache(maxsize=4096)
def _split(name: str) -> tuple[str, str]:
    prefix, _, local = name.partition(":")
    return prefix, local


def expand(name: str, prefixes: Mapping[str, str]) -> str:
    """The full URI of a prefixed name; a name without a known prefix is one already."""
    prefix, local = _split(name)
    namespace = prefixes.get(prefix)
    return name if namespace is None or local.startswith("//") else namespace + local


class Shared:
    """The context of a document being written: what the contexts of its events declare, as far as they agree."""

    def __init__(self, contexts: Iterable[Sequence[ContextEntry]]) -> None:
        self._terms: Terms = {}
        for context in contexts:
            terms = _plain_terms(context)
            if all(self._terms.get(term, meaning) == meaning for term, meaning in terms.items()):
                self._terms |= terms

    def entries(self) -> list[ContextEntry]:
        """What to write as the document's "@context"."""
        return [STANDARD_CONTEXT, self._terms] if self._terms else [STANDARD_CONTEXT]

    def left_for(self, context: Sequence[ContextEntry], body: bytes) -> list[ContextEntry]:
        """What an event with this context must still say itself.

        Its own context where that is not the document's; and that a prefix which it uses without having declared it,
        while others did, is none to it.
        """
        declared = {term for entry in context if isinstance(entry, dict) for term in entry}
        strange: Terms = {term: None for term in self._terms if term not in declared and _needle(term) in body}
        terms = _plain_terms(context)
        shared = terms and all(self._terms.get(term) == meaning for term, meaning in terms.items())
        own = [] if shared else list(context)
        return [*own, strange] if strange else own


def _plain_terms(context: Sequence[ContextEntry]) -> Terms:
    """The terms of a context that a whole document may declare without changing what others mean, else none."""
    terms = context[0] if len(context) == 1 else None
    if not isinstance(terms, dict) or any(term.startswith("@") or term in STANDARD_PREFIXES for term in terms):
        return {}
    return terms
