"""Storage classes: how goods are kept, and between which temperatures."""

from collections.abc import Sequence
from decimal import Decimal

from django.conf import settings

from suyuan.catalog.drafts import code_problems
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import StorageClass
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, LIMITS, NAME_EN, NAME_ZH, ascending, new_ones, said
from suyuan.catalog.registers.tables import Table, amount, flag, text
from suyuan.catalog.rules import code_key
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem

LONGEST = 32  # as items and places name it


def _celsius(name: str, word: str, hint: str = "") -> Field:
    return Field(name, word, Type.DECIMAL, least=Decimal("-273"), most=Decimal(1000), unit="°C", group=LIMITS,
                 listed=True, hint=hint)  # fmt: skip


FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST, group=BASICS, listed=True,
          hint=N_("As items and places name it")),
    NAME_ZH,
    NAME_EN,
    _celsius("coldest", N_("Coldest"), N_("The report of excursions tells what lay where it was not so")),
    _celsius("warmest", N_("Warmest")),
    IS_ACTIVE,
)  # fmt: skip
TABLE = Table(
    model=StorageClass,
    columns=(text("code"), text("name_zh"), text("name_en"), amount("coldest"), amount("warmest"), flag("is_active")),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    uri="key",
    make_uri=lambda key: class_uri(key),
)


def class_uri(key: str) -> str:
    return own_path(settings.SUYUAN.origin, ("storageclass", key))


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = []
    for n, draft in new_ones(drafts):
        problems += code_problems(said(draft, "code"), LONGEST, f"rows[{n}]") if said(draft, "code") else []
    return problems + ascending(drafts, ("coldest", "warmest"), "catalog.limits_crossed")


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    TABLE.write(drafts, version, lambda draft: {"key": code_key(said(draft, "code"))})
    return [class_uri(code_key(said(draft, "code"))) for draft in drafts]


STORAGE_CLASSES = Register(
    name="storage_classes",
    one=N_("Storage class"),
    many=N_("Storage classes"),
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
