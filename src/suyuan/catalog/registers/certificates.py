"""Licences and certificates of partners, with the day until which they are good."""

from collections.abc import Sequence
from datetime import date

from suyuan.catalog.drafts import LONGEST_CODE
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Certificate, Partner
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.categories import CERTIFICATES as KINDS
from suyuan.catalog.registers.shared import BASICS, IS_ACTIVE, file_problems, said
from suyuan.catalog.registers.tables import Column, Table, flag, rows_of, text, unknown, write_parts
from suyuan.catalog.rules import code_key
from suyuan.gs1.problems import N_, Problem

FIELDS = (
    Field("partner", N_("Partner"), Type.REFERENCE, refers="partners", needed=True, longest=LONGEST_CODE, group=BASICS,
          listed=True),
    Field("kind", N_("Kind"), Type.CHOICE, choices=KINDS, needed=True, group=BASICS, listed=True),
    Field("number", N_("Number"), Type.CODE, needed=True, longest=LONGEST_CODE, group=BASICS, listed=True),
    Field("issuer", N_("Issued by"), longest=200, group=BASICS),
    Field("valid_from", N_("Valid from"), Type.DATE, group=BASICS, listed=True),
    Field("valid_until", N_("Valid until"), Type.DATE, group=BASICS, listed=True,
          hint=N_("The last day; empty: without end")),
    Field("file", N_("File"), Type.FILE, longest=64, group=BASICS),
    IS_ACTIVE,
)  # fmt: skip

TABLE = Table(
    model=Certificate,
    columns=(
        Column("partner", path="partner__code"), text("kind"), text("number"), text("issuer"), Column("valid_from"),
        Column("valid_until"), text("file"), flag("is_active"),
    ),
    names=("partner__key", "key"),
    unique=("partner", "kind", "key"),
    key=lambda values: f"{code_key(values['partner'])}|{code_key(values['kind'])}|{code_key(values['number'])}",
    uri="partner__uri",
)  # fmt: skip


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    (known,) = rows_of(Partner, drafts, "partner", ("pk",))
    problems = unknown(drafts, "partner", known, "catalog.partner_unknown")
    for n, draft in enumerate(drafts):
        begin, end = draft.values["valid_from"], draft.values["valid_until"]
        if isinstance(begin, date) and isinstance(end, date) and end < begin:
            params = {"from": begin.isoformat(), "until": end.isoformat()}
            problems.append(Problem("catalog.dates_order", f"rows[{n}].valid_until", params))
    return problems + file_problems(drafts, "file")


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    def also(draft: Draft) -> dict[str, str]:
        return {"key": code_key(said(draft, "number"))}

    return write_parts(TABLE, Partner, drafts, version, name="partner", also=also, moved=True)


CERTIFICATES = Register(
    name="certificates",
    one=N_("Certificate"),
    many=N_("Certificates"),
    fields=FIELDS,
    keys=("partner", "kind", "number"),
    permission="supplier.approve",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns=TABLE.paths(),
    about="partners",
)
