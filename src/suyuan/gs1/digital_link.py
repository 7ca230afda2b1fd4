"""GS1 Digital Links, read and written strictly (URI Syntax 1.4), and EPC URNs from and to them."""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote_plus

from suyuan.gs1.application_identifiers import TABLE
from suyuan.gs1.element_strings import Element, validate_elements
from suyuan.gs1.encoding import decode
from suyuan.gs1.epc_urns import epc_elements, urn_of
from suyuan.gs1.identifiers import ID_ORIGIN, identify
from suyuan.gs1.identity import identity_of
from suyuan.gs1.link_forms import FORMS, KEY_QUALIFIERS, key_index, stray_qualifiers
from suyuan.gs1.problems import Problem, Refused

# The scheme is written in one case (URI Syntax 4.2); the host may be a name, an IPv4 or a bracketed IPv6 address.
_LINK = re.compile(r"(?:https?|HTTPS?)://([^/?#]*)(/[^?#]*)?(?:\?([^#]*))?(?:#(.*))?", re.DOTALL)
_HOST = re.compile(r"[A-Za-z0-9\-._~:\[\]]+")
_LEGAL = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")


def parse_link(uri: str) -> tuple[Element, ...]:
    """The elements of a Digital Link of any domain, first the path, then the query.

    Refused for what the standard refuses: wrong order, no or unknown keys, a GTIN of 13 digits, qualifiers in the
    query, repeated AIs, values and pairs that do not hold. Names in the query that are no numbers are skipped.
    """
    match = _LINK.fullmatch(uri)
    if match is None or not _LEGAL.fullmatch(uri) or not _HOST.fullmatch(match[1]):
        raise Refused([Problem("gs1.link_uri", "uri", {"value": uri[:200]})])
    parts = ["", "", match[1], *(match[2] or "").split("/")[1:]]
    start = key_index(parts)
    form = tuple(parts[start::2]) if start else ()
    if form not in FORMS:
        code = "gs1.link_order" if form else "gs1.link_path"
        raise Refused([Problem(code, "uri", {"value": uri[:200], "form": "/".join(form)})])
    path = [Element(ai, decode(value)) for ai, value in zip(form, parts[start + 1 :: 2], strict=True)]
    attributes, problems = _attributes(match[3] or "", form)
    problems += validate_elements([*path, *attributes])
    if problems:
        raise Refused(problems)
    return (*path, *attributes)


def _attributes(query: str, form: tuple[str, ...]) -> tuple[list[Element], list[Problem]]:
    """The AIs in the query, and what is wrong with where they stand (URI Syntax 4.10)."""
    pairs = [pair.partition("=") for pair in re.split("[&;]", query)]
    found = [Element(name, unquote_plus(value)) for name, equals, value in pairs if equals and _is_number(name)]
    names = [element.ai for element in found]
    problems = stray_qualifiers(form, names)
    for i, name in enumerate(names):
        if name not in TABLE:
            problems.append(Problem("gs1.ai_unknown", f"({name})", {"ai": name}))
        elif not TABLE[name].attribute and name not in {str(p.params["ai"]) for p in problems}:
            problems.append(Problem("gs1.link_attribute", f"({name})", {"ai": name}))
        if name in form or name in names[:i]:
            problems.append(Problem("gs1.ai_repeated", f"({name})", {"ai": name}))
    return [element for element in found if element.ai in TABLE], problems


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def build_link(elements: Sequence[Element], domain: str = ID_ORIGIN) -> str:
    """The Digital Link of a message: its first primary key and that key's qualifiers as path, the rest as query.

    Everything but letters, digits and ``-._~`` is escaped, as printed codes want it; `canonical` of the result is the
    identity. Refused without a primary key, for AIs no link can carry and for whatever `validate_elements` finds.
    """
    unique = list(dict.fromkeys(elements))
    problems = validate_elements(unique)
    values = {element.ai: element.value for element in unique}
    key = next((ai for ai in values if ai in KEY_QUALIFIERS), None)
    if key is None:
        raise Refused([*problems, Problem("gs1.link_key", "elements")])
    form = _form(key, values)
    # Predefined lengths first, as in a barcode, else in the order given (General Specifications 7.8.4).
    rest = sorted((ai for ai in values if ai not in form), key=lambda ai: ai in TABLE and not TABLE[ai].fixed)
    problems += [
        Problem("gs1.link_attribute", f"({ai})", {"ai": ai})
        for ai in rest
        if ai in TABLE and (not TABLE[ai].attribute or stray_qualifiers(form, [ai]))
    ]
    if problems:
        raise Refused(problems)
    path = "/".join(f"{ai}/{quote(values[ai], safe='')}" for ai in form)
    query = "&".join(f"{ai}={quote(values[ai], safe='')}" for ai in rest)
    return f"{domain.rstrip('/')}/{path}{'?' if query else ''}{query}"


def _form(key: str, values: dict[str, str]) -> tuple[str, ...]:
    """The key with the first alternative of its qualifiers that is present at all."""
    for order in KEY_QUALIFIERS[key]:
        chosen = tuple(ai for ai in order if ai in values)
        if chosen:
            return (key, *chosen)
    return (key,)


# --- EPC URNs ---


def urn_to_link(urn: str) -> str:
    """The canonical Digital Link of an EPC URN with a GS1 key; Refused for any other URN."""
    elements = epc_elements(urn.strip())
    return identity_of([ai for ai, _ in elements], [value for _, value in elements]).uri


def link_to_urn(uri: str, company_prefix_length: int) -> str:
    """The EPC URN of a Digital Link, of its finest identity; a class becomes an ``idpat`` or ``class`` URN.

    A link does not say where the company prefix ends, so its length (6 to 12 digits) must be known.
    Refused with gs1.company_prefix_length where the key does not begin with so many digits.
    """
    canonical = identify(uri).uri
    if not canonical.startswith(ID_ORIGIN + "/"):
        raise Refused([Problem("gs1.link_path", "uri", {"value": uri[:200]})])
    parts = canonical.removeprefix(ID_ORIGIN + "/").split("/")
    urn = urn_of(tuple(parts[::2]), [decode(part) for part in parts[1::2]], company_prefix_length)
    if urn is None:
        params = {"value": canonical, "length": str(company_prefix_length)}
        raise Refused([Problem("gs1.company_prefix_length", "company_prefix_length", params)])
    return urn
