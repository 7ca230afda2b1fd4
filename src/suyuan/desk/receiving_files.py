"""Certificates and photos that come with a receipt: kept as soon as they are chosen, listed on the sheet, and served to
whoever may see the receipt that names them.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header

from suyuan.catalog.files import LARGEST, keep_bytes, media_type, path_of, too_large
from suyuan.catalog.models import File
from suyuan.desk.forms import clean
from suyuan.desk.goods import named
from suyuan.desk.office_files import HEADERS
from suyuan.governance.params import Personal
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.attachments import CERTIFICATE, KINDS, PHOTO, Attachment

FIELD, UPLOAD, SHOT = "file", "upload", "shot"  # hidden values; files that are chosen; what the camera took
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Held:
    """A file on a sheet: `line` the number of the line it is about, empty for the whole delivery."""

    hash: str
    kind: str
    line: str
    name: str

    @property
    def text(self) -> str:
        """As a hidden field carries it."""
        return "|".join((self.hash, self.kind, self.line, self.name))


def read_files(request: HttpRequest, problems: list[Problem], language: str) -> list[Held]:
    """The files of the sheet: those it had, less one that is dropped, and those that came with this request."""
    found = [held for text in request.POST.getlist(FIELD) if (held := _held(text)) is not None]
    do = request.POST.get("do", "")
    if do.startswith("drop-") and do[5:].isdigit():
        found = [held for n, held in enumerate(found) if n != int(do[5:])]
    if do.startswith("remove-") and do[7:].isdigit():
        found = [moved for held in found if (moved := _without(held, int(do[7:]))) is not None]
    kind = request.POST.get("upload_kind", CERTIFICATE)
    line = request.POST.get("upload_line", "")
    for name, what in ((UPLOAD, kind if kind in KINDS else CERTIFICATE), (SHOT, PHOTO)):
        for upload in request.FILES.getlist(name):
            try:
                found.append(Held(_kept(upload), what, line if line.isdigit() else "", clean(upload.name or "")[:120]))
            except Refused as refused:
                problems += named([replace(one, field=UPLOAD) for one in refused.problems], language)
    return list({(held.hash, held.line): held for held in found}.values())


def _kept(upload: Any) -> str:  # Any: Django's uploaded file, which its stubs leave open
    if (upload.size or 0) > LARGEST:
        raise Refused([too_large(upload.size or 0)])
    return keep_bytes(upload.read())[0]


def _held(text: str) -> Held | None:
    parts = text.split("|", _PARTS - 1)
    if len(parts) < _PARTS or len(parts[0]) != 64 or parts[1] not in KINDS:
        return None
    return Held(parts[0], parts[1], parts[2] if parts[2].isdigit() else "", parts[3])


def _without(held: Held, gone: int) -> Held | None:
    """The file when line `gone` is taken away: what was about it goes too, what was about a later one moves up."""
    if not held.line or int(held.line) < gone:
        return held
    return None if int(held.line) == gone else replace(held, line=str(int(held.line) - 1))


def attachments(files: list[Held]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(
            hash=held.hash,
            kind=held.kind,
            line=int(held.line) if held.line else None,
            name=Personal(held.name) if held.name else None,
        )
        for held in files
    )


def served(hash: str) -> HttpResponse | None:
    """The bytes of a file: pictures are shown, papers handed over; None where they are gone."""
    row = File.objects.filter(hash=hash).first()
    if row is None or not path_of(hash).exists():
        return None
    data = path_of(hash).read_bytes()
    kind = media_type(data) or "application/octet-stream"
    response = HttpResponse(data, content_type=kind, headers=HEADERS)
    shown = kind.startswith("image/")
    response["Content-Disposition"] = content_disposition_header(not shown, row.name) or "attachment"
    return response
