"""Fields and rules that several registers share."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_CODE, code_problems
from suyuan.catalog.fields import Field, Type, Value
from suyuan.catalog.models import Alias, File
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft
from suyuan.catalog.rules import code_key, is_gln
from suyuan.gs1.problems import N_, Problem, Refused

NAMES, BASICS, LIMITS, PLACE, LIFE, SIZE, PAPERS, DELIVERIES = (
    N_("Names"), N_("Basics"), N_("Limits"), N_("On the plan"), N_("Shelf life"), N_("Size and weight"), N_("Papers"),
    N_("More or less than ordered"),
)  # fmt: skip
NONE = Decimal(0)
SMALLEST = Decimal("0.000001")

NAME_ZH = Field("name_zh", N_("Name (Chinese)"), group=NAMES, listed=True)
NAME_EN = Field("name_en", N_("Name (English)"), group=NAMES)
IS_ACTIVE = Field("is_active", N_("In use"), Type.FLAG, default=True, group=BASICS)


ADDRESS = N_("Address")
ADDRESS_FIELDS = (
    Field("country", N_("Country"), Type.CODE, longest=2, group=ADDRESS, hint=N_("Two letters (ISO 3166): CN")),
    Field("region", N_("Province"), longest=100, group=ADDRESS),
    Field("city", N_("City"), longest=100, group=ADDRESS),
    Field("address", N_("Street and number"), group=ADDRESS),
    Field("postcode", N_("Postcode"), longest=20, group=ADDRESS),
    Field("phone", N_("Telephone of the company"), longest=40, group=ADDRESS),
)


SOURCE = N_("As the source of lot codes (FSMA 204)")
SOURCE_FIELDS = (
    Field("ffrn", N_("FDA food facility registration"), Type.CODE, longest=11, group=SOURCE, hint=N_("11 digits")),
    Field("ggn", N_("GLOBALG.A.P. number"), Type.CODE, longest=13, group=SOURCE, hint=N_("GGN, 13 digits")),
    Field("source_url", N_("Web address of the source"), longest=200, group=SOURCE,
          hint=N_("Where somebody who traces a lot finds who made or packed it")),
)  # fmt: skip
_WEB = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def source_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """Numbers and addresses of sources that cannot be such."""
    wrong = (
        ("ffrn", "catalog.ffrn_bad", lambda text: len(text) == 11 and text.isascii() and text.isdigit()),
        ("ggn", "catalog.ggn_bad", is_gln),
        ("source_url", "catalog.web_bad", lambda text: _WEB.fullmatch(text) is not None),
    )
    return [
        Problem(code, f"rows[{n}].{name}", {"text": text[:80]})
        for n, draft in enumerate(drafts)
        for name, code, is_right in wrong
        if (text := said(draft, name)) and not is_right(text)
    ]


def country_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """Countries that are not written as two capital letters."""
    return [
        Problem("catalog.country_bad", f"rows[{n}].country", {"country": country})
        for n, draft in enumerate(drafts)
        if (country := said(draft, "country"))
        and not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper())
    ]


def days(name: str, word: str, group: str = LIFE) -> Field:
    return Field(name, word, Type.WHOLE, least=NONE, most=Decimal(36_500), unit="d", group=group)


def percent(name: str, word: str, group: str, hint: str = "") -> Field:
    return Field(name, word, Type.WHOLE, least=NONE, most=Decimal(100), unit="%", group=group, hint=hint)


def tolerance(name: str, word: str, most: int) -> Field:
    """So many percent more or less than was ordered, where no order says."""
    hint = N_("Of what was ordered, where the order says nothing")
    return Field(name, word, Type.DECIMAL, least=NONE, most=Decimal(most), unit="%", group=DELIVERIES, hint=hint)


def amount(name: str, word: str, unit: str, group: str, *, least: Decimal = NONE) -> Field:
    return Field(name, word, Type.DECIMAL, least=least, unit=unit, group=group)


def first_uri(draft: Draft, number: str, of_number: Callable[[str], str], own: Callable[[str, str], str]) -> str:
    """The URI a row was given first: that of its `number`, else one under the company's origin."""
    if draft.before is not None:
        return draft.before.uri
    given = said(draft, number)
    return of_number(given) if given else own(settings.SUYUAN.origin, code_key(said(draft, "code")))


def code_refusals(draft: Draft, number: str, own: Callable[[str, str], str], at: str) -> list[Problem]:
    """A new row's code that cannot be one, or no part of a URI where no `number` names the row."""
    code = said(draft, "code")
    problems = code_problems(code, LONGEST_CODE, at) if code else []
    if code and not problems and not said(draft, number):
        problems += refusals(partial(own, settings.SUYUAN.origin), code_key(code), f"{at}.code")
    return problems


def new_ones(drafts: Sequence[Draft]) -> Iterable[tuple[int, Draft]]:
    return ((n, draft) for n, draft in enumerate(drafts) if draft.before is None)


def said(draft: Draft, name: str) -> str:
    """A text of the draft, empty where there is none."""
    return str(draft.values.get(name) or "")


def refusals(read: Callable[[str], object], value: str, field: str) -> list[Problem]:
    """The problems `read` has with `value`, placed at `field`."""
    try:
        read(value)
    except Refused as refused:
        return [Problem(problem.code, field, problem.params) for problem in refused.problems]
    return []


def fixed(drafts: Sequence[Draft], name: str, code: str) -> list[Problem]:
    """A value that a name was made of, changed after it was given."""
    return [
        Problem(code, f"rows[{n}].{name}", {"value": str(draft.before.values[name])})
        for n, draft in enumerate(drafts)
        if draft.before is not None and draft.before.values.get(name) and draft.changed(name)
    ]


def ascending(drafts: Sequence[Draft], names: Sequence[str], code: str, *, at_low: bool = False) -> list[Problem]:
    """Of these fields, as far as they are given, none is less than one before it; said beside the greater one, or
    `at_low`.
    """
    problems = []
    for n, draft in enumerate(drafts):
        given = [(name, value) for name in names if (value := draft.values.get(name)) is not None]
        for (low, least), (high, most) in pairwise(given):
            if _number(most) < _number(least):
                params = {"low": low, "high": high, "least": str(least), "most": str(most)}
                problems.append(Problem(code, f"rows[{n}].{low if at_low else high}", params))
    return problems


def _number(value: Value) -> Decimal:
    return Decimal(value) if isinstance(value, int | Decimal) else NONE


def repeated(drafts: Sequence[Draft], name: str, taken: Collection[str], code: str) -> list[Problem]:
    """A value that another row has, in the same list or already (`taken`, of those that are new here)."""
    seen: dict[str, int] = {}
    for draft in drafts:
        if value := said(draft, name):
            seen[value] = seen.get(value, 0) + 1
    return [
        Problem(code, f"rows[{n}].{name}", {"value": value, "gtin": value, "code": said(draft, "code")})
        for n, draft in enumerate(drafts)
        if (value := said(draft, name))
        and (seen[value] > 1 or (value in taken and (draft.before is None or draft.changed(name))))
    ]


def fresh(drafts: Sequence[Draft], name: str) -> set[str]:
    """The values of a field that are new or changed: what may clash with others."""
    return {said(draft, name) for draft in drafts if draft.before is None or draft.changed(name)} - {""}


def file_problems(drafts: Sequence[Draft], name: str) -> list[Problem]:
    """Files that were never brought in."""
    wanted = fresh(drafts, name)
    known: set[str] = set()
    for part in chunks(wanted):
        known.update(File.objects.filter(hash__in=part).values_list("hash", flat=True))
    return [
        Problem("catalog.file_unknown", f"rows[{n}].{name}")
        for n, draft in enumerate(drafts)
        if said(draft, name) in wanted - known
    ]


def merged_problems(drafts: Sequence[Draft]) -> list[Problem]:
    """What was merged into another stays closed: only taking the merge back opens it."""
    opened = {draft.before.uri: n for n, draft in enumerate(drafts) if draft.before and draft.changed("is_active")}
    opened = {uri: n for uri, n in opened.items() if drafts[n].values.get("is_active")}
    found: list[str] = []
    for part in chunks(opened):
        found += Alias.objects.filter(uri__in=part, ended=None).values_list("uri", flat=True)
    return [
        Problem("catalog.merged_closed", f"rows[{opened[uri]}].is_active", {"code": said(drafts[opened[uri]], "code")})
        for uri in found
    ]


def words(*pairs: tuple[str, str]) -> Mapping[str, str]:
    """Value → what people call it."""
    return dict(pairs)
