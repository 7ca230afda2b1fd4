"""`suyuan warehouse`: which places are ours."""

import argparse
import re
from collections.abc import Collection
from datetime import UTC, datetime
from itertools import chain, count, product
from string import ascii_uppercase
from uuid import uuid4

from django.conf import settings
from django.utils.translation import get_language

from suyuan.accounts.models import Site
from suyuan.accounts.rules import SYSTEM, is_code
from suyuan.catalog.directory import directory
from suyuan.catalog.drafts import KnownWarehouses, NewWarehouse, warehouse_problems
from suyuan.catalog.models import Partner, Warehouse
from suyuan.catalog.rules import RESERVED_LOGS, overlapping
from suyuan.cli.database import ready
from suyuan.cli.printing import print_json, table
from suyuan.governance.context import Context
from suyuan.governance.kernel import execute
from suyuan.governance.master import AddSite, AddWarehouse
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.ui.problems import say

HELP = N_("the warehouses whose goods are kept account of")
ADD_HELP = N_("add a warehouse: every place with its GLN, whatever the extension, is then ours")
LIST_HELP = N_("list the warehouses")
NAME_HELP = N_("what people call it")
GLN_HELP = N_("its 13-digit GS1 location number")
CODE_HELP = N_("short code that names its log for ever: 1–12 of a–z, 0–9 and - (default: from NAME)")
SITE_HELP = N_("code of the site it belongs to, made if there is none (default: a site of its own)")
ZONE_HELP = N_("time zone of a new site, such as Asia/Shanghai (default: SUYUAN_TIME_ZONE)")
PREFIX_HELP = N_("digits its SSCCs begin with after the extension digit (default: the GLN without check digit)")
JSON_HELP = N_("print JSON")
ADDED = N_("Warehouse {code} ({gln}) added to site {site}, time zone {zone}.")
NONE_YET = N_("There is no warehouse yet: `suyuan warehouse add NAME --gln GLN` adds one.")
HEADINGS = (N_("Code"), N_("GLN"), N_("Name"), N_("Site"), N_("Time zone"))
_LONGEST = 12


def arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(metavar="add|list", required=True, dest="verb")
    add = verbs.add_parser("add", help=say(ADD_HELP), description=say(ADD_HELP))
    add.add_argument("name", metavar="NAME", help=say(NAME_HELP))
    add.add_argument("--gln", required=True, help=say(GLN_HELP))
    add.add_argument("--code", help=say(CODE_HELP))
    add.add_argument("--site", help=say(SITE_HELP))
    add.add_argument("--time-zone", metavar="ZONE", help=say(ZONE_HELP))
    add.add_argument("--sscc-prefix", metavar="DIGITS", default="", help=say(PREFIX_HELP))
    add.add_argument("--json", action="store_true", help=say(JSON_HELP))
    listed = verbs.add_parser("list", help=say(LIST_HELP), description=say(LIST_HELP))
    listed.add_argument("--json", action="store_true", help=say(JSON_HELP))


def run(args: argparse.Namespace) -> int:
    ready()
    if args.verb == "add":
        add(args)
    else:
        show(args)
    return 0


def add(args: argparse.Namespace) -> None:
    """The site first, if it is new; all is judged before, so that a refusal leaves no site behind."""
    known = _known()
    name, gln = args.name.strip(), "".join(args.gln.split())
    code = args.code or code_from(name, {*known.codes, *(known.sites if not args.site else ())})
    site = args.site or code
    zone = args.time_zone or settings.TIME_ZONE
    new = NewWarehouse(
        code=code,
        name_zh=name if _is_chinese(name) else "",
        name_en="" if _is_chinese(name) else name,
        gln=gln,
        site=site,
        lot_token=lot_token_from(code, known.lot_tokens),
        sscc_prefix=args.sscc_prefix or gln[:12],
    )
    _refuse(new, known, args.time_zone)
    if site not in known.sites:
        execute(_context(), AddSite(code=site, name_zh=new.name_zh, name_en=new.name_en, time_zone=zone))
    execute(
        _context(),
        AddWarehouse(
            code=code,
            name_zh=new.name_zh,
            name_en=new.name_en,
            gln=gln,
            site=site,
            lot_token=new.lot_token,
            sscc_prefix=new.sscc_prefix,
        ),
    )
    made = directory().warehouses[code]
    if args.json:
        print_json(_row(code, name))
    else:
        print(say(ADDED).format(code=code, gln=gln, site=site, zone=made.time_zone))


def _refuse(new: NewWarehouse, known: KnownWarehouses, zone: str | None) -> None:
    problems = [] if new.name_zh or new.name_en else [Problem("cli.warehouse_name", "name")]
    site = Site.objects.filter(code=new.site).first()
    if site is not None and zone and site.time_zone != zone:
        problems.append(Problem("cli.site_zone", "time_zone", {"site": site.code, "zone": site.time_zone}))
    everywhere = KnownWarehouses(
        known.codes,
        known.glns,
        {*known.sites, new.site},
        known.lot_tokens,
        known.sscc_prefixes,
    )
    if site is None and not is_code(new.site):
        problems.append(Problem("accounts.code_bad", "site", {"code": new.site}))
    problems += warehouse_problems(new, everywhere)
    if problems:
        raise Refused(problems)


def _known() -> KnownWarehouses:
    rows = list(Warehouse.objects.values_list("code", "gln", "lot_token", "sscc_prefix"))
    partners = Partner.objects.exclude(gln=None).values_list("gln", flat=True)
    return KnownWarehouses(
        codes={row[0] for row in rows},
        glns={row[1] for row in rows} | {gln for gln in partners if gln},
        sites=set(Site.objects.values_list("code", flat=True)),
        lot_tokens=[row[2] for row in rows],
        sscc_prefixes=[row[3] for row in rows],
    )


def _context() -> Context:
    """The administrator at the machine."""
    return Context(
        actor=SYSTEM,
        request_id=uuid4(),
        now=datetime.now(UTC),
        locale=get_language() or "en",
        terminal="suyuan warehouse",
    )


def code_from(name: str, taken: Collection[str]) -> str:
    """A code out of a name in ASCII, else w1, w2 …; the first that is free."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())[:_LONGEST].strip("-") if name.isascii() else ""
    usable = is_code(slug) and slug not in RESERVED_LOGS
    numbered = (f"{slug[: _LONGEST - 4].strip('-')}-{n}" for n in count(2)) if usable else (f"w{n}" for n in count(1))
    if usable and slug not in taken:
        return slug
    return next(code for code in numbered if code not in taken)


def lot_token_from(code: str, others: Collection[str]) -> str:
    """What lot numbers begin with: the code, else (W1 beside W10) three free letters."""
    plain = code.replace("-", "").upper()[:6]
    candidates = chain([plain], map("".join, product(ascii_uppercase, repeat=3)))
    return next((token for token in candidates if not overlapping(token, others)), plain)


def _is_chinese(name: str) -> bool:
    return not name.isascii()


def show(args: argparse.Namespace) -> None:
    names = {row.code: row.name_zh or row.name_en for row in Warehouse.objects.order_by("code")}
    rows = [_row(code, name) for code, name in names.items()]
    if args.json:
        print_json(rows)
    elif rows:
        print(table([say(h) for h in HEADINGS], [list(row.values()) for row in rows], most=len(rows)))
    else:
        print(say(NONE_YET))


def _row(code: str, name: str) -> dict[str, str]:
    known = directory().warehouses[code]
    return {"code": code, "gln": known.gln, "name": name, "site": known.site, "time_zone": known.time_zone}
