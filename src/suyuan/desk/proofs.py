"""The proof that events stand in the signed trees: leaf, tree size, checkpoint, and the proof to take away."""

from base64 import b64encode
from collections.abc import Sequence
from typing import cast
from urllib.parse import quote
from uuid import UUID

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.cards import Checkpoint, Proof
from suyuan.desk.events import Happened
from suyuan.gs1.problems import Problem
from suyuan.ledger.bulk import select_in
from suyuan.ledger.entries import envelope
from suyuan.ledger.keeping import keeping
from suyuan.ledger.keys import moment
from suyuan.ledger.models import Leaf, Record, Tree
from suyuan.tlog.checkpoint import parse_checkpoint
from suyuan.tlog.errors import TlogError
from suyuan.tlog.note import split_note
from suyuan.tlog.proof import format_proof
from suyuan.tlog.tree import prove_inclusion
from suyuan.ui.words import step_word

MOST = 50


def proofs_of(happened: Sequence[Happened]) -> tuple[tuple[Proof, ...], tuple[Checkpoint, ...]]:
    """Leaf and tree of each of the latest events, and the trees' signed heads. Two statements."""
    latest = happened[:MOST]
    logs = sorted({event.log for event in latest})  # the index of leaves begins with the log
    sql = f'SELECT log, id, "index" FROM ledger_leaf WHERE log IN ({", ".join(["%s"] * len(logs))}) AND id {{keys}}'
    with connection.cursor() as cursor:
        rows = select_in(cursor, sql, [event.id for event in latest], *logs)
    leaves = {(cast(str, log), bytes(cast(bytes, key))): cast(int, index) for log, key, index in rows}
    trees = {tree.log: tree for tree in Tree.objects.filter(log__in=logs)}
    proofs = tuple(_proof(event, leaves.get((event.log, event.id)), trees.get(event.log)) for event in latest)
    return proofs, tuple(_checkpoint(tree) for tree in trees.values() if tree.checkpoint)


def _proof(event: Happened, index: int | None, tree: Tree | None) -> Proof:
    inside = index is not None and tree is not None and index < tree.signed_size
    return Proof(
        log=event.log,
        event=event.key,
        word=_(step_word(event.step, event.disposition, event.type, event.declared)),
        index=index if inside else None,
        size=tree.signed_size if inside and tree else None,
        download=f"{reverse('desk:proof')}?log={quote(event.log)}&record={event.key}" if inside else "",
    )


def _checkpoint(tree: Tree) -> Checkpoint:
    head = parse_checkpoint(split_note(tree.checkpoint)[0])
    return Checkpoint(tree.log, head.size, b64encode(head.root).decode(), moment(tree.signed_at))


@desk_page("trace.full:read", anywhere=True)
def proof(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?log=&record=`: a C2SP tlog-proof whose `extra` is the leaf itself, so that the file can be checked alone."""
    log, text = request.GET.get("log", ""), request.GET.get("record", "")
    try:
        found = proof_text(log, UUID(text).bytes)
    except (ValueError, TlogError, OSError):
        found = None
    if found is None:
        return page(request, desk, "desk/refused.html", {"problem": Problem("desk.proof_missing")}, 404)
    response = HttpResponse(found, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{UUID(text)}.tlog-proof"'
    return response


def proof_text(log: str, key: bytes) -> str | None:
    """The proof that a record stands in the signed tree of its log; None while there is none.

    Raises TlogError or OSError where the tiles are not there.
    """
    index = Leaf.objects.filter(log=log, id=key).values_list("index", flat=True).first()
    record = Record.objects.filter(log=log, id=key).first()
    tree = Tree.objects.filter(log=log).first()
    if index is None or record is None or tree is None or index >= tree.signed_size:
        return None
    leaf = envelope(log, key, record.kind, record.record_time, bytes(record.nonce), bytes(record.body_hash))
    path = prove_inclusion(keeping().store(log), index, tree.signed_size)
    return format_proof(index, path, tree.checkpoint, leaf)
