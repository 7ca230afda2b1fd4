"""Which paths are Digital Links: primary keys, their qualifiers and their order (DL URI Syntax 1.4, 4.3 to 4.10)."""

from collections.abc import Sequence

from suyuan.gs1.problems import Problem

# Primary key → its qualifiers, each alternative in order.
KEY_QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    "00": (),
    "01": (("22", "10", "21"), ("235",)),
    "253": (),
    "255": (),
    "401": (),
    "402": (),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8003": (),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8013": (),
    "8017": (("8019",),),
    "8018": (("8019",),),
}
QUALIFIERS = frozenset(ai for alternatives in KEY_QUALIFIERS.values() for order in alternatives for ai in order)


def _subsequences(order: tuple[str, ...]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for ai in order:
        found += [(*shorter, ai) for shorter in found]
    return found


FORMS = frozenset(
    (key, *chosen)
    for key, orders in KEY_QUALIFIERS.items()
    for order in orders or ((),)
    for chosen in _subsequences(order)
)


def key_index(parts: Sequence[str]) -> int:
    """Where the primary key stands in a URI split at ``/``: pairs are walked from the end; 0 where there is none."""
    i = len(parts) - 2
    while i > 2:
        if parts[i] in KEY_QUALIFIERS:
            return i
        if parts[i] not in QUALIFIERS:
            return 0
        i -= 2
    return 0


def stray_qualifiers(form: tuple[str, ...], names: Sequence[str]) -> list[Problem]:
    """Qualifiers in the query that belong into the path (URI Syntax 4.10): dropping one would lose a lot."""
    return [
        Problem("gs1.link_query_qualifier", f"({ai})", {"ai": ai})
        for ai in names
        if ai in QUALIFIERS and any((*form[:i], ai, *form[i:]) in FORMS for i in range(1, len(form) + 1))
    ]
