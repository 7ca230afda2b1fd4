"""Names instead of numbers: items, partners and places by any part of what they are called, in either language."""

from collections.abc import Sequence
from unicodedata import normalize

from django.db.models import Model, Q

from suyuan.catalog.models import Item, Partner, Place
from suyuan.gs1.identifiers import identify
from suyuan.trace.resolve import Candidate

SHORTEST, LONGEST = 2, 100  # characters; one Chinese character means nearly everything
MOST = 50  # of each kind


def by_words(text: str, most: int = MOST) -> list[Candidate]:
    """Items, partners and places whose name or code has every word of `text` in it; those that begin with it first.

    Full width letters and capitals are no other letters.
    """
    words = normalize("NFKC", text).casefold().split()
    if not words or not SHORTEST <= len("".join(words)) <= LONGEST:
        return []
    found: list[tuple[bool, int, str, Candidate]] = []
    for rank, model in enumerate((Item, Partner, Place)):
        for uri, *names in _rows(model, words, most):
            begins = any(normalize("NFKC", name).casefold().startswith(words[0]) for name in names)
            found.append((not begins, rank, names[-1], Candidate(uri, identify(uri).kind.value)))
    return [candidate for *_order, candidate in sorted(found, key=lambda one: one[:3])][:most]


def _rows(model: type[Model], words: Sequence[str], most: int) -> list[tuple[str, ...]]:
    said = Q()
    for word in words:
        said &= Q(name_zh__icontains=word) | Q(name_en__icontains=word) | Q(code__icontains=word)
    rows = model._default_manager.filter(said).order_by("code").values_list("uri", "name_zh", "name_en", "code")
    return list(rows[:most])
