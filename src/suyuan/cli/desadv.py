"""`suyuan desadv NUMBER`: the despatch advice of a shipment, as its customer gets it."""

import argparse
from datetime import UTC, datetime

from suyuan.capture.door import who_is_who
from suyuan.cli.database import ready
from suyuan.cli.files import written
from suyuan.delivery.kinds import AdviceFormat
from suyuan.delivery.models import AdviceChannel
from suyuan.gs1.problems import N_, Problem, Refused
from suyuan.insight.advising import was_told
from suyuan.insight.desadv import advice_of
from suyuan.insight.desadv_edifact import customer_of
from suyuan.operations.despatched import events_under, logs_of
from suyuan.operations.parties import document_uri
from suyuan.ui.problems import say

HELP = N_("the despatch advice of a shipment, as an EPCIS 2.0 document or as EDIFACT DESADV (D.96A)")
NUMBER_HELP = N_("number or URI of the despatch advice")
FORMAT_HELP = N_("how it is written (default: as the customer wants it, else epcis)")
WAREHOUSE_HELP = N_("code of the warehouse it left, where several use the number")
OUT_HELP = N_("file to write; packed if its name ends in .gz (default: standard output)")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", help=say(NUMBER_HELP))
    parser.add_argument("--format", choices=[one.value for one in AdviceFormat], help=say(FORMAT_HELP))
    parser.add_argument("--warehouse", metavar="CODE", help=say(WAREHOUSE_HELP))
    parser.add_argument("-o", "--out", metavar="FILE", help=say(OUT_HELP))


def run(args: argparse.Namespace) -> int:
    ready()
    document = document_uri(who_is_who(), "desadv", args.number)
    log = warehouse_of(document, args.number, args.warehouse)
    now = datetime.now(UTC)
    form = args.format or wanted(log, document)
    advice = advice_of(log, document, now, format=form, told=was_told(log, document))
    with written(args.out) as out:
        out.write(advice.body)
        if form == AdviceFormat.EPCIS:
            out.write(b"\n")
    return 0


def warehouse_of(document: str, number: str, said: str | None) -> str:
    """The warehouse that the shipment left; refused where nothing did, or where nobody says which of several."""
    logs = [log for log in logs_of(document) if said is None or log == said.lower()]
    if not logs:
        raise Refused([Problem("insight.advice_unknown", "number", {"document": number})])
    if len(logs) > 1:
        raise Refused([Problem("insight.advice_where", "--warehouse", {"document": number, "logs": ", ".join(logs)})])
    return logs[0]


def wanted(log: str, document: str) -> str:
    """As what the customer gets his advices."""
    found = AdviceChannel.objects.filter(partner__uri=customer_of(events_under(log, document)))
    return found.values_list("format", flat=True).first() or AdviceFormat.EPCIS
