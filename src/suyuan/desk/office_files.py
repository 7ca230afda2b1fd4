"""Pictures and papers of master data: brought in with the form of a row, served to whoever may see such a row."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from suyuan.accounts.rules import Actor
from suyuan.catalog.fields import Field, Type
from suyuan.catalog.files import LARGEST, keep_bytes, media_type, path_of, too_large
from suyuan.catalog.models import File
from suyuan.catalog.register import Register
from suyuan.desk.access import Desk, desk_page
from suyuan.desk.goods import named
from suyuan.desk.office import READS, Office, may_read, missing
from suyuan.desk.office_forms import Shown
from suyuan.desk.office_lists import path_of as column_of
from suyuan.desk.registers import REGISTERS
from suyuan.desk.sheets import context_of
from suyuan.governance.kernel import execute
from suyuan.governance.master import FILES
from suyuan.gs1.problems import Problem, Refused
from suyuan.ui.access import Access, Reader

BRINGS, DROPS = "f.", "x."  # before a field's name: the file that is brought, the box that takes the old one away
HOLDING = tuple(one for one in REGISTERS.values() if any(field.type is Type.FILE for field in one.fields))
# A picture is shown; a paper is only handed over, since a browser reads papers with a program of its own.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=3600",
}


def file_fields(register: Register) -> list[Field]:
    return [field for field in register.fields if field.type is Type.FILE]


def bring(request: HttpRequest, office: Office, texts: dict[str, str]) -> list[Problem]:
    """Keep the files that came with the form; `texts` then names them. What is wrong with them, at their fields."""
    problems: list[Problem] = []
    for field in file_fields(office.register):
        upload = request.FILES.get(BRINGS + field.name)
        if upload is not None:
            try:
                if (upload.size or 0) > LARGEST:
                    raise Refused([too_large(upload.size or 0)])
                texts[field.name] = _kept(request, office, upload.read(), upload.name or "")
            except Refused as refused:
                found = [replace(problem, field=field.name) for problem in refused.problems]
                problems += named(found, office.desk.language)
        elif request.POST.get(DROPS + field.name) == "1":
            texts[field.name] = ""
    return problems


def _kept(request: HttpRequest, office: Office, data: bytes, name: str) -> str:
    """The hash under which the bytes are kept. A file that is there already is not brought in again."""
    hash, _kind = keep_bytes(data)
    if not File.objects.filter(hash=hash).exists():
        command = FILES[office.register.permission](hash=hash, name=name)
        execute(replace(context_of(office.desk, request), request_id=uuid4()), command)
    return hash


def shown_files(office: Office, texts: Mapping[str, str]) -> dict[str, Shown]:
    """The files that the form names. One statement, where it names any."""
    wanted = {field.name: texts[field.name] for field in file_fields(office.register) if texts.get(field.name)}
    rows = File.objects.filter(hash__in=wanted.values()) if wanted else ()
    there = {row.hash: Shown(row.name, reverse("desk:file", args=[row.hash]), _picture(row.media_type)) for row in rows}
    return {name: there[hash] for name, hash in wanted.items() if hash in there}


def _picture(kind: str) -> bool:
    return kind.startswith("image/")


@desk_page(access=Access(Reader.ROLE, one_of=tuple(READS[one.name] for one in HOLDING)))
def file(request: HttpRequest, desk: Desk, hash: str) -> HttpResponse:
    """The bytes of a file that some row shows which the reader may see; to all others there is none."""
    row = File.objects.filter(hash=hash).first() if is_shown_to(desk.actor, hash) else None
    if row is None or not path_of(row.hash).exists():
        return missing(request, desk, Problem("catalog.file_gone"))
    data = path_of(row.hash).read_bytes()
    kind = media_type(data) or "application/octet-stream"
    response = HttpResponse(data, content_type=kind, headers=HEADERS)
    response["Content-Disposition"] = content_disposition_header(not _picture(kind), row.name) or "attachment"
    return response


def is_shown_to(actor: Actor, hash: str) -> bool:
    """Does a row name it of a register that he may look at?"""
    return any(
        register.rows().filter(**{column_of(register, field): hash}).exists()
        for register in HOLDING
        if may_read(actor, register)
        for field in file_fields(register)
    )
