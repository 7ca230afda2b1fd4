"""Other companies: suppliers, customers, carriers, makers."""

from collections.abc import Sequence

from suyuan.catalog.drafts import LONGEST_CODE, PARTNER_ROLES
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.models import Partner, Warehouse
from suyuan.catalog.queries import chunks
from suyuan.catalog.register import Draft, Register
from suyuan.catalog.registers.categories import CERTIFICATES
from suyuan.catalog.registers.shared import (
    ADDRESS,
    ADDRESS_FIELDS,
    BASICS,
    IS_ACTIVE,
    LIFE,
    NAME_EN,
    NAME_ZH,
    PAPERS,
    SOURCE_FIELDS,
    code_refusals,
    country_problems,
    days,
    first_uri,
    fixed,
    fresh,
    merged_problems,
    new_ones,
    percent,
    repeated,
    said,
    source_problems,
    words,
)
from suyuan.catalog.registers.tables import Column, Raw, Table, flag, many, text
from suyuan.catalog.rules import MAIL, code_key, is_gln
from suyuan.gs1.identifiers import own_party_uri, party_uri
from suyuan.gs1.problems import N_, Problem

ROLES = words(
    ("supplier", N_("Supplier")), ("customer", N_("Customer")), ("carrier", N_("Carrier")), ("maker", N_("Maker")),
)  # fmt: skip
RECALLS = N_("In a recall, where it is reached in another way")
SHARED = N_("A mailbox of the company, not of a person: what is entered here stays in the records")
STATES = words(("pending", N_("Pending")), ("approved", N_("Approved")), ("suspended", N_("Suspended")))

FIELDS = (
    Field("code", N_("Code"), Type.CODE, needed=True, longest=LONGEST_CODE, group=BASICS, listed=True),
    NAME_ZH,
    NAME_EN,
    Field("roles", N_("Is our"), Type.MANY, choices=ROLES, needed=True, group=BASICS, listed=True),
    Field("status", N_("Approval"), Type.CHOICE, choices=STATES, default="pending", group=BASICS, listed=True),
    Field("gln", N_("GLN"), Type.CODE, longest=13, group=BASICS, listed=True),
    IS_ACTIVE,
    *ADDRESS_FIELDS,
    Field("email", N_("E-mail of the company"), longest=254, group=ADDRESS, hint=SHARED),
    Field("contact", N_("Department"), group=ADDRESS),
    Field("recall_contact", N_("Department for recalls"), group=RECALLS, hint=N_("Who is asked for at any hour")),
    Field("recall_phone", N_("Telephone for recalls"), longest=40, group=RECALLS),
    Field("recall_email", N_("E-mail for recalls"), longest=254, group=RECALLS, hint=SHARED),
    *SOURCE_FIELDS,
    Field("tax_number", N_("Tax number"), Type.CODE, longest=40, group=PAPERS),
    Field("certificates", N_("Papers it needs"), Type.MANY, choices=CERTIFICATES, group=PAPERS,
          hint=N_("Beyond those that the categories of its goods ask for")),
    days("min_days", N_("Least remaining life of what it gets"), LIFE),
    percent("min_share", N_("Least share of the shelf life of what it gets"), LIFE,
            hint=N_("Where days are given too, whichever is more")),
    days("lead_days", N_("Days under way"), LIFE),
)  # fmt: skip


def _roles(values: dict[str, Raw]) -> dict[str, Raw]:
    held = tuple(role for role in PARTNER_ROLES if values[f"is_{role}"])
    return {**{name: value for name, value in values.items() if not name.startswith("is_")},
            "is_active": values["is_active"], "roles": held}  # fmt: skip


TABLE = Table(
    model=Partner,
    columns=(
        text("code"), text("name_zh"), text("name_en"), text("status"),
        Column("gln", read=lambda gln: gln or "", keep=lambda gln: gln or None), flag("is_active"), text("country"),
        text("region"), text("city"), text("address"), text("postcode"), text("phone"), text("email"), text("contact"),
        text("recall_contact"), text("recall_phone"), text("recall_email"), *(text(one.name) for one in SOURCE_FIELDS),
        text("tax_number"), many("certificates"), Column("min_days"), Column("min_share"), Column("lead_days"),
        *(Column(f"is_{role}", path=f"is_{role}") for role in PARTNER_ROLES),
    ),
    names=("key",),
    unique=("key",),
    key=lambda values: code_key(values["code"]),
    finish=_roles,
)  # fmt: skip


def judge(drafts: Sequence[Draft]) -> list[Problem]:
    problems = fixed(drafts, "gln", "catalog.gln_fixed") + merged_problems(drafts)
    for n, draft in enumerate(drafts):
        gln, at = said(draft, "gln"), f"rows[{n}].gln"
        if gln and not is_gln(gln):
            problems.append(Problem("catalog.gln_bad", at, {"gln": gln}))
        problems += [
            Problem("catalog.email_bad", f"rows[{n}].{name}", {"text": mail[:80]})
            for name in ("email", "recall_email") if (mail := said(draft, name)) and not MAIL.fullmatch(mail)
        ]  # fmt: skip
    problems += country_problems(drafts) + source_problems(drafts)
    for n, draft in new_ones(drafts):
        problems += code_refusals(draft, "gln", own_party_uri, f"rows[{n}]")
    return problems + repeated(drafts, "gln", _glns_held(fresh(drafts, "gln")), "catalog.gln_taken")


def _glns_held(glns: set[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(glns):
        found.update(gln for gln in Partner.objects.filter(gln__in=part).values_list("gln", flat=True) if gln)
        found.update(Warehouse.objects.filter(gln__in=part).values_list("gln", flat=True))
    return found


def write(drafts: Sequence[Draft], version: int) -> list[str]:
    def also(draft: Draft) -> dict[str, Raw]:
        roles: Raw = draft.values["roles"] or ()
        return {
            "key": code_key(said(draft, "code")),
            "uri": uri_of(draft),
            **{f"is_{role}": role in roles for role in PARTNER_ROLES},
        }

    TABLE.write(drafts, version, also)
    return [uri_of(draft) for draft in drafts]


def uri_of(draft: Draft) -> str:
    """The party of its GLN, else one under the company's origin."""
    return first_uri(draft, "gln", party_uri, own_party_uri)


PARTNERS = Register(
    name="partners",
    one=N_("Partner"),
    many=N_("Partners"),
    fields=FIELDS,
    keys=("code",),
    permission="supplier.approve",
    standing=TABLE.standing,
    judge=judge,
    write=write,
    rows=TABLE.rows,
    read=TABLE.read,
    columns={name: path for name, path in TABLE.paths().items() if name == "is_active" or not name.startswith("is_")},
)
