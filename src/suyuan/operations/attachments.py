"""Certificates and photos of goods: the bytes lie in `catalog.files`, the event names them by their hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from suyuan.capture.who import Who
from suyuan.catalog.files import do_add_file
from suyuan.governance.params import Personal
from suyuan.gs1.problems import Problem, Refused
from suyuan.operations.lines import Resolved

MOST = 20
CERTIFICATE, PHOTO, OTHER, SIGNATURE = "certificate", "photo", "other", "signature"
KINDS = (CERTIFICATE, PHOTO, OTHER, SIGNATURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file whose bytes `catalog.files.keep_bytes` has kept under `hash`. `kind`: one of KINDS; `line`: the line it is
    about, None for all. `name` may be somebody's, so the record keeps a commitment to it only.
    """

    hash: str
    kind: str = CERTIFICATE
    line: int | None = None
    name: Personal | None = None


def attached(
    who: Who, attachments: Sequence[Attachment], goods: Resolved, problems: list[Problem]
) -> list[dict[str, str]]:
    """The `attachments` extension: ``{hash, media_type, kind, id?}``, `id` the lot or serial it is about. The rows of
    the files are made where there are none yet.
    """
    if len(attachments) > MOST:
        problems.append(Problem("operations.attachments_many", "attachments", {"most": str(MOST)}))
        return []
    about = {thing.index: thing.uri for thing in goods.things}
    found = []
    for n, one in enumerate(attachments):
        if one.kind not in KINDS:
            params = {"value": one.kind, "allowed": ", ".join(KINDS)}
            problems.append(Problem("operations.choice", f"attachments[{n}].kind", params))
        try:
            file = do_add_file(name=str(one.name or ""), hash=one.hash, version=who.directory.version)
        except Refused as refused:
            problems += [Problem(p.code, f"attachments[{n}].hash", p.params) for p in refused.problems]
            continue
        said = {"hash": file.hash, "media_type": file.media_type, "kind": one.kind}
        found.append(said | ({"id": about[one.line]} if one.line in about else {}))
    return found
