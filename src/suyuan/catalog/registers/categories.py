"""Categories of items: the template of their lot numbers, whether lots are kept apart, what to warn of, what their
suppliers must hold and may bring more or less than was ordered."""

from collections.abc import Sequence

from django.conf import settings

from suyuan.catalog.drafts import LONGEST_PLACE_CODE, code_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.kinds import Mixing
from suyuan.catalog.models import Category, Item
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import (
    BASICS,
    IS_ACTIVE,
    LIFE,
    NAME_EN,
    NAME_ZH,
    PAPERS,
    ascending,
    days,
    new_ones,
    percent,
    said,
    tolerance,
    words,
)
from suyuan.catalog.registers.tables import Column, Table, amount, flag, many, text
from suyuan.catalog.rules import DEFAULT_LOT_TEMPLATE, LOT_LENGTH, code_key, longest_number, template_problems
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem

CERTIFICATES = words(
    ("business-licence", N_("Business licence")), ("food-licence", N_("Food business licence")),
    ("production-licence", N_("Production licence")), ("drug-licence", N_("Drug licence")),
    ("device-licence", N_("Medical device licence")), ("transport-licence", N_("Transport licence")),
    ("organic", N_("Organic certificate")), ("haccp", N_("HACCP certificate")), ("iso9001", N_("ISO 9001 certificate")),
    ("iso22000", N_("ISO 22000 certificate")), ("test-report", N_("Test report")), ("other", N_("Other paper")),
)  # fmt: skip

REGIMES = words(
    ("food", N_("Food (Food Safety Law)")), ("farm", N_("Edible farm produce")), ("drug", N_("Drug (GSP)")),
    ("vaccine", N_("Vaccine")), ("device", N_("Medical device")), ("implant", N_("Implant")),
    ("fsma", N_("Food on the traceability list (FSMA 204)")), ("eu-animal", N_("Food of animal origin (EU)")),
    ("dscsa", N_("Drug (DSCSA)")), ("mdr", N_("Medical device (EU MDR)")), ("mdr-implant", N_("Implant (EU MDR)")),
    ("stored", N_("Kept or carried for others")),
)  # fmt: skip

STRATEGIES = words(("fefo", N_("What expires first")), ("fifo", N_("What came or was made first")))

MIXING = words(
    ("none", N_("Lots may lie together")), ("container", N_("One lot on a pallet")), ("bin", N_("One lot in a place")),
)  # fmt: skip

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_PLACE_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("lot_template", N_("Lot number template"), longest=100, default=DEFAULT_LOT_TEMPLATE, group=BASICS,
          listed=True, hint=N_("{site}, {line}, {shift}, {date:%y%m%d} and {seq:03}, with fixed signs between them")),
    days("warn_days", N_("Warn before the last day"), LIFE),
    days("urgent_days", N_("Urgent before the last day"), LIFE),
    percent("warn_percent", N_("Warn when of the shelf life is left"), LIFE,
            hint=N_("Where days are given too, whichever comes first")),
    percent("urgent_percent", N_("Urgent when of the shelf life is left"), LIFE),
    Field("strategy", N_("Goes first"), Type.CHOICE, choices=STRATEGIES, group=LIFE,
          hint=N_("Left empty, what expires first")),
    Field("one_lot", N_("Mixing of lots"), Type.CHOICE, choices=MIXING, default=Mixing.NONE.value, group=BASICS,
          hint=N_("Whether two lots of one item may be put into one place, or on one pallet")),
    tolerance("over", N_("May come more"), 1000),
    tolerance("under", N_("May come less"), 100),
    tolerance("sent", N_("May go more"), 1000),
    Field("certificates", N_("Papers its suppliers need"), Type.MANY, choices=CERTIFICATES, group=PAPERS),
    Field("regimes", N_("Rules that hold for it"), Type.MANY, choices=REGIMES, group=PAPERS,
          hint=N_("They say how long records of its goods are kept")),
    IS_ACTIVE,
)  # fmt: skip


def category_uri(key: str) -> str:
    return own_path(settings.SUYUAN.origin, ("category", key))


TABLE = Table(
    model=Category,
    columns=(
        text("code"), text("name_zh"), text("name_en"), text("lot_template"), Column("warn_days"),
        Column("urgent_days"), Column("warn_percent"), Column("urgent_percent"), text("strategy"), many("certificates"),
        many("regimes"),
        Column("one_lot"), amount("over"), amount("under"), amount("sent"), flag("is_active"),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    uri="key",
    make_uri=category_uri,
)  # fmt: skip


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = []
    for n, draft in new_ones(drafts):
        problems += code_problems(said(draft, "code"), LONGEST_PLACE_CODE, f"rows[{n}]") if said(draft, "code") else []
    for n, draft in enumerate(drafts):
        template = said(draft, "lot_template")
        wrong = template_problems(template)
        problems += [Problem(p.code, f"rows[{n}].lot_template", p.params) for p in wrong]
        if not wrong and (length := longest_number(template)) > LOT_LENGTH:
            params = {"template": template, "length": str(length)}
            problems.append(Problem("catalog.template_long", f"rows[{n}].lot_template", params))
    for pair in (("urgent_days", "warn_days"), ("urgent_percent", "warn_percent")):
        problems += ascending(drafts, pair, "catalog.urgent_before_warn")
    return problems


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    TABLE.write(drafts, version, lambda draft: {"key": code_key(said(draft, "code"))})
    keys = [code_key(said(draft, "code")) for draft in drafts]
    # The snapshot of an item holds its category's template and papers.
    Item.objects.filter(category__key__in=keys).update(version=version)
    return [category_uri(key) for key in keys]


CATEGORIES = Register(
    name="categories",
    one=N_("Category"),
    many=N_("Categories"),
    fields=FIELDS,
    keys=("code",),
    permission="item.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)
