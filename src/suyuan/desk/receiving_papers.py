"""The documents tab of goods: certificates and photos that events brought, each to be opened."""

import json
from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from suyuan.catalog.models import File
from suyuan.desk.events import Happened
from suyuan.desk.receiving_receipt import attachments_in
from suyuan.ledger.bulk import select_in
from suyuan.ui.tables import Column, Jump, Row, Table

STEPS = frozenset({"receiving", "inspecting"})
_BODIES = "SELECT log, id, body FROM ledger_body WHERE id {keys}"


def papers_table(events: Iterable[Happened], uri: str, most: int | None) -> Table:
    """What is attached to these events and is about the goods `uri` or about all of a delivery. Two statements."""
    told = {event.id: event for event in events if event.step in STEPS}
    with connection.cursor() as cursor:
        rows = select_in(cursor, _BODIES, told)
    found = [
        (told[bytes(key)], str(log), one)
        for log, key, body in rows
        for one in attachments_in(json.loads(bytes(body)))
        if one.get("id") in (None, uri)
    ]
    found.sort(key=lambda entry: entry[0].time, reverse=True)
    names = dict(File.objects.filter(hash__in=[one["hash"] for *_, one in found]).values_list("hash", "name"))
    kinds = {"certificate": _("Certificate"), "photo": _("Photo"), "other": _("Other paper")}
    columns = (Column(_("File")), Column(_("What it is")), Column(_("Time"), "time"))
    shown = [
        Row(
            (
                Jump(
                    names.get(one["hash"], one["hash"]),
                    reverse("desk:receipt_file", args=[log, UUID(bytes=event.id), one["hash"]]),
                ),
                kinds.get(str(one.get("kind")), ""),
                event.time,
            )
        )
        for event, log, one in found[:most]
    ]
    return Table(_("Documents"), columns, shown, _("Nothing is attached to these goods."), total=len(found))
