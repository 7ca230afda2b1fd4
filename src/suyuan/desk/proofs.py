"""The proof that events stand in the signed trees: leaf, tree size, checkpoint."""

from base64 import b64encode
from collections.abc import Sequence
from typing import cast

from django.db import connection
from django.utils.translation import gettext as _

from suyuan.desk.cards import Checkpoint, Proof
from suyuan.desk.events import Happened
from suyuan.ledger.bulk import select_in
from suyuan.ledger.keys import moment
from suyuan.ledger.models import Tree
from suyuan.ui.words import step_word

MOST = 50


def proofs_of(happened: Sequence[Happened]) -> tuple[tuple[Proof, ...], tuple[Checkpoint, ...]]:
    """Leaf and tree of each of the latest events, and the trees' signed heads. Two statements."""
    latest = happened[:MOST]
    with connection.cursor() as cursor:
        rows = select_in(cursor, 'SELECT log, id, "index" FROM ledger_leaf WHERE id {keys}', [e.id for e in latest])
    leaves = {(cast(str, log), bytes(cast(bytes, key))): cast(int, index) for log, key, index in rows}
    trees = {tree.log: tree for tree in Tree.objects.filter(log__in={event.log for event in latest})}
    proofs = tuple(_proof(event, leaves.get((event.log, event.id)), trees.get(event.log)) for event in latest)
    signed = [tree for tree in trees.values() if tree.checkpoint]
    return proofs, tuple(
        Checkpoint(tree.log, tree.size, b64encode(bytes(tree.root)).decode(), moment(tree.signed_at)) for tree in signed
    )


def _proof(event: Happened, index: int | None, tree: Tree | None) -> Proof:
    inside = index is not None and tree is not None and index < tree.size
    return Proof(
        log=event.log,
        event=event.key,
        word=_(step_word(event.step, event.disposition, event.type, event.declared)),
        index=index if inside else None,
        size=tree.size if inside and tree else None,
    )
