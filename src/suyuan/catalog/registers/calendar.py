"""Holidays, and days of a weekend on which people work: what differs from Monday to Friday."""

from collections.abc import Collection, Sequence
from datetime import date

from django.conf import settings

from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import CalendarDay
from suyuan.catalog.register import Draft, Register, Standing
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, NAME_EN, NAME_ZH
from suyuan.catalog.registers.tables import Column, Table, flag, text
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem

FIELDS = (
    Field("day", N_("Day"), Type.DATE, needed=True, group=BASICS, listed=True),
    Field("works", N_("People work"), Type.FLAG, default=False, group=BASICS, listed=True,
          hint=N_("Only days that differ: a holiday, or a Saturday or Sunday on which people work")),
    NAME_ZH,
    NAME_EN,
    IS_ACTIVE,
)  # fmt: skip
TABLE = Table(
    model=CalendarDay,
    columns=(Column("day"), flag("works"), text("name_zh"), text("name_en"), flag("is_active")),
    names=("day",),
    unique=("day",),
    key=lambda values: str(values["day"]),
    uri="day",
    make_uri=lambda day: day_uri(day),
)


def day_uri(day: date | str) -> str:
    return own_path(settings.SUYUAN.origin, ("day", str(day)))


def standing(keys: Collection[str]) -> dict[str, Standing]:
    return TABLE.standing([key for key in keys if is_day(key)])


def is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    return []


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    TABLE.write(drafts, version)
    return [day_uri(str(draft.values["day"])) for draft in drafts]


CALENDAR = Register(
    name="calendar",
    one=N_("Day of the calendar"),
    many=N_("Working calendar"),
    fields=FIELDS,
    keys=("day",),
    permission="place.edit",
    standing=standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)
