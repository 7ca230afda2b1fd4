"""Places of work with one time zone."""

from collections.abc import Sequence

from django.conf import settings

from suyuan.accounts.models import Site
from suyuan.accounts.rules import is_code, is_time_zone
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Warehouse
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.shared import BASICS, NAME_EN, NAME_ZH, new_ones, said
from suyuan.catalog.registers.tables import Table, text
from suyuan.catalog.rules import code_key
from suyuan.gs1.own_uris import own_path
from suyuan.gs1.problems import N_, Problem

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=12, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("time_zone", N_("Time zone"), needed=True, longest=64, default="Asia/Shanghai", group=BASICS, listed=True,
          frozen=True, hint=N_("As the time zone database writes it: Asia/Shanghai")),
)  # fmt: skip


def site_uri(code: str) -> str:
    return own_path(settings.SUYUAN.origin, ("site", code.lower()))


TABLE = Table(
    model=Site,
    columns=(text("code"), text("name_zh"), text("name_en"), text("time_zone")),
    names=("code",),
    unique=("code",),
    key=lambda values: code_key(values["code"]),
    uri="code",
    make_uri=site_uri,
    lower=True,
)


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = [
        Problem("accounts.code_bad", f"rows[{n}].code", {"code": said(draft, "code")})
        for n, draft in new_ones(drafts)
        if said(draft, "code") and not is_code(said(draft, "code"))
    ]
    return problems + [
        Problem("accounts.time_zone_unknown", f"rows[{n}].time_zone", {"zone": said(draft, "time_zone")})
        for n, draft in enumerate(drafts)
        if said(draft, "time_zone") and not is_time_zone(said(draft, "time_zone"))
    ]


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    TABLE.write(drafts, version)
    codes = [said(draft, "code") for draft in drafts]
    Warehouse.objects.filter(site__in=codes).update(version=version)  # their snapshot holds the zone
    return [site_uri(code) for code in codes]


SITES = Register(
    name="sites",
    one=N_("Site"),
    many=N_("Sites"),
    fields=FIELDS,
    keys=("code",),
    permission="place.edit",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
)
