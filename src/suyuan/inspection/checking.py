"""What commands of inspection have in common: the numbers they give, and what is wrong with what they are told."""

from collections.abc import Mapping, Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from suyuan.accounts.models import User
from suyuan.accounts.rules import login_name
from suyuan.capture.who import Who
from suyuan.catalog.directory import directory
from suyuan.catalog.files import do_add_file
from suyuan.catalog.models import File
from suyuan.governance.context import Context
from suyuan.gs1.problems import Problem, Refused
from suyuan.inspection.kinds import Stage
from suyuan.inspection.models import Inspection, NonConformance

MOST_FILES = 50
LONGEST = 2000  # signs of a description, reason or note


def zone(who: Who, warehouse: str) -> ZoneInfo:
    return who.zone(warehouse) or ZoneInfo("UTC")


def paper_number(ctx: Context, who: Who, warehouse: str, prefix: str) -> str:
    return ctx.number(f"{prefix}{who.directory.warehouses[warehouse].lot_token}", zone(who, warehouse))


def new_id(ctx: Context) -> UUID:
    return UUID(ctx.mint().removeprefix("urn:uuid:"))


def inspection_of(text: str, warehouse: str, problems: list[Problem], field: str = "inspection") -> Inspection | None:
    """The inspection of an id in this warehouse; a problem where there is none."""
    try:
        found = Inspection.objects.filter(pk=UUID(text), log=warehouse).first()
    except ValueError:
        found = None
    if found is None:
        problems.append(Problem("inspection.unknown", field, {"inspection": text[:40]}))
    return found


def report_of(number: str, warehouse: str, problems: list[Problem], field: str = "number") -> NonConformance | None:
    """The nonconformance of a number in this warehouse; a problem where there is none."""
    found = NonConformance.objects.filter(number=number, log=warehouse).first()
    if found is None:
        problems.append(Problem("inspection.report_unknown", field, {"number": number[:40]}))
    elif found.state == Stage.CLOSED:
        problems.append(Problem("inspection.report_closed", field, {"number": found.number}))
    return found


def file_problems(hashes: Sequence[str]) -> list[Problem]:
    """Files that were never brought in, too many at once; those whose bytes are kept have their rows afterwards."""
    wanted = {hash_ for hash_ in hashes if hash_}
    if len(wanted) > MOST_FILES:
        return [Problem("inspection.files_many", "files", {"count": str(len(wanted)), "most": str(MOST_FILES)})]
    known = set(File.objects.filter(hash__in=wanted).values_list("hash", flat=True)) if wanted else set()
    problems: list[Problem] = []
    for hash_ in sorted(wanted - known):
        try:
            do_add_file(name="", hash=hash_, version=directory().version)
        except Refused as refused:
            problems += [Problem(p.code, "files", p.params) for p in refused.problems]
    return problems


def text_length(text: str, field: str) -> list[Problem]:
    if len(text) <= LONGEST:
        return []
    return [Problem("inspection.text_long", field, {"longest": str(LONGEST), "length": str(len(text))})]


def reason_problems(reason: str, field: str = "reason") -> list[Problem]:
    return text_length(reason, field) if reason.strip() else [Problem("inspection.reason_missing", field)]


def choice_problems(field: str, value: str, words: Mapping[str, str]) -> list[Problem]:
    if value in set(words):
        return []
    return [Problem("inspection.no_choice", field, {"text": value[:40], "allowed": ", ".join(words)})]


def owner_problems(name: str, field: str = "owner") -> list[Problem]:
    if not name.strip() or User.objects.filter(username=login_name(name), is_active=True).exists():
        return []
    return [Problem("inspection.person_unknown", field, {"name": name[:40]})]
