"""Partners and papers as people name them."""

from collections.abc import Mapping
from dataclasses import dataclass

from suyuan.capture.bodies import Pair
from suyuan.capture.who import Who
from suyuan.catalog.directory import Directory, PartnerInfo
from suyuan.catalog.kinds import PartnerStatus
from suyuan.catalog.rules import code_key
from suyuan.gs1.identifiers import canonical, gln_uri, own_document_uri, party_uri
from suyuan.gs1.problems import Problem, Refused


@dataclass(slots=True)
class _Codes:
    directory: Directory
    partners: dict[str, PartnerInfo]


_codes: _Codes | None = None


def find_partner(directory: Directory, text: str) -> PartnerInfo | None:
    """The partner of a code, GLN or URI; of one that was merged, the one that goes on."""
    found = _named(directory, text.strip())
    return directory.partners.get(directory.kept(found.uri), found) if found else None


def _named(directory: Directory, text: str) -> PartnerInfo | None:
    known = _partner_codes(directory).get(code_key(text))
    if known is not None or not text:
        return known
    try:
        digits = "".join(text.split())
        uri = party_uri(digits) if len(digits) == 13 and digits.isdigit() else canonical(text)
    except Refused:
        return None
    return directory.partner_of(uri)


def _partner_codes(directory: Directory) -> dict[str, PartnerInfo]:
    global _codes
    if _codes is None or _codes.directory is not directory:
        _codes = _Codes(directory, {code_key(partner.code): partner for partner in directory.partners.values()})
    return _codes.partners


def partner(
    who: Who,
    text: str,
    role: str,
    field: str,
    problems: list[Problem],
    *,
    whatever_status: bool = False,
    even_closed: bool = False,
) -> str:
    """The URI of a partner in a role (``supplier``, ``customer``, ``carrier``); else a problem.

    `whatever_status`: whether he is approved is asked by other means. `even_closed`: it is about goods that went to him
    before.
    """
    found = find_partner(who.directory, text)
    if found is None:
        problems.append(Problem("operations.partner_unknown", field, {"partner": text}))
        return ""
    if role not in found.roles:
        problems.append(Problem(f"operations.not_{role}", field, {"partner": found.code}))
    if not found.active and not even_closed:
        problems.append(Problem("operations.partner_closed", field, {"partner": found.code}))
    if found.status == PartnerStatus.SUSPENDED and not whatever_status:
        problems.append(Problem("operations.partner_suspended", field, {"partner": found.code}))
    return found.uri


def us(who: Who, warehouse: str) -> str:
    """The warehouse as a party."""
    return party_uri(who.directory.warehouses[warehouse].gln)


def site(who: Who, warehouse: str) -> str:
    """The warehouse as a place."""
    return gln_uri(who.directory.warehouses[warehouse].gln)


def both(uri: str) -> list[Pair]:
    """A party that owns and possesses."""
    return [("owning_party", uri), ("possessing_party", uri)]


def documents(who: Who, papers: Mapping[str, str], problems: list[Problem]) -> list[Pair]:
    """Papers by CBV type (po, desadv, recadv, rma, inv, prodorder …): numbers of ours or URIs; none for empty ones."""
    found: list[Pair] = []
    for kind, text in papers.items():
        if not text.strip():
            continue
        try:
            found.append((kind, document_uri(who, kind, text)))
        except Refused as refused:
            problems += [Problem(p.code, kind, p.params) for p in refused.problems]
    return found


def document_uri(who: Who, kind: str, text: str) -> str:
    """The URI of a paper: as given, or under our origin by its number."""
    text = text.strip()
    if "://" in text or text.lower().startswith("urn:"):
        return canonical(text)
    return own_document_uri(who.origin, kind, text)
