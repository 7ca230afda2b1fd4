"""The dossier of a lot, as certifiers ask for it (BRCGS 3.9, IFS 4.18): where it came from and went to, its mass
balance, the papers of who delivered it, and the proofs of all events, as one PDF that says how long it took to make."""

from collections.abc import Sequence
from datetime import date, datetime
from time import perf_counter
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from suyuan.catalog.directory import directory
from suyuan.catalog.models import Certificate, File
from suyuan.catalog.queries import chunks
from suyuan.desk import massbalance_asked, massbalance_paper
from suyuan.desk.access import Desk, desk_page, page
from suyuan.desk.breaks import broken
from suyuan.desk.events import signed, told_by
from suyuan.desk.forms import clean
from suyuan.desk.massbalance_sums import weigh
from suyuan.desk.massbalance_table import called, equations, makings_table
from suyuan.desk.naming import Names
from suyuan.gs1.problems import Problem, Refused
from suyuan.gs1.quantities import COUNT, Quantity, unscaled
from suyuan.insight.balance_making import makings_of
from suyuan.insight.reports.happened import Goods, events_by
from suyuan.insight.reports.lots import dates_of
from suyuan.insight.reports.named import holds
from suyuan.ledger.keys import COMPANY, key16, moment
from suyuan.ledger.queries import Place, heads, places
from suyuan.tlog.checkpoint import parse_checkpoint
from suyuan.tlog.note import split_note
from suyuan.trace.answer import Found, Trace, find, trace
from suyuan.ui.formats import grouped_number
from suyuan.ui.papers import Listing, Paper, Row, paper_pdf
from suyuan.ui.problems import sentence
from suyuan.ui.things import Thing, thing_of, uri_of_id
from suyuan.ui.units import unit_name
from suyuan.ui.words import PARTY_ROLES, step_word

MOST = 2000  # rows of a section


@desk_page("trace.full:read", anywhere=True)
def dossier(request: HttpRequest, desk: Desk) -> HttpResponse:
    """`?id=` a lot or serial, or `?q=` what means one alone."""
    text = clean(request.GET.get("q", ""))
    try:
        found = find(text or uri_of_id(request.GET.get("id", "")))
    except Refused:
        found = []
    goods = [one for one in found if one.kind in ("lot", "serial")]
    if len(goods) != 1:
        problem = Problem("desk.dossier_several" if goods else "desk.dossier_goods")
        return page(request, desk, "desk/refused.html", {"problem": problem}, 404)
    (subject,) = goods
    begun = perf_counter()
    answer = trace(subject.uri, [subject], now=desk.now)
    papers = Dossier(answer, subject.uri, desk).papers(begun)
    response = HttpResponse(paper_pdf(papers), content_type="application/pdf")
    name = f"{_('Trace dossier')} {thing_of(subject.uri).code} {desk.today}.pdf"
    response.headers["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    return response


class Dossier:
    """Everything that is told of one lot, section by section."""

    def __init__(self, answer: Trace, uri: str, desk: Desk) -> None:
        self.answer, self.uri, self.desk = answer, uri, desk
        uris = {found.uri for found in (*answer.backward, *answer.forward)} | {
            share.party for share, _u in answer.parties
        }
        uris |= {one.place for one in answer.stock} | {one.uri for one in answer.stock}
        self.happened = signed(told_by(record for _log, record in answer.records[:MOST]))
        self.names = Names({uri, *uris}, desk.language)
        self.thing: Thing = self.names.thing(uri)

    def papers(self, begun: float) -> list[Paper]:
        """All sections; the first says how long the others took."""
        rest = [
            self._goods(_("Where it came from"), self.answer.backward),
            self._goods(_("Where it went"), self.answer.forward),
            self._parties(), self._stock(), self._balance(), self._certificates(), self._events(), self._heads(),
        ]  # fmt: skip
        return [self._cover(perf_counter() - begun), *rest]

    def _paper(self, title: str, listings: Sequence[Listing], **more: tuple[str, ...]) -> Paper:
        return Paper(
            title, str(self.thing), (), tuple(listings), page_word=_("Page {page}"), notes=more.get("notes", ())
        )

    def _cover(self, seconds: float) -> Paper:
        whole = broken(self.answer)
        dates = dates_of([Goods(key16(self.uri), self.uri, self.thing.kind, "epc", None, "", None, None)])[
            key16(self.uri)
        ]
        facts = (
            (_("Lot or serial"), self.thing.code),
            (_("Item"), self.thing.name),
            (_("Produced"), said(dates.produced)),
            (_("Expires"), said(dates.expiry)),
            (_("Fully linked"), whole.percent),
            (_("Sources"), f"{len(self.answer.backward):,}"),
            (_("Consequences"), f"{len(self.answer.forward):,}"),
            (_("Suppliers and customers"), f"{len({share.party for share, _unit in self.answer.parties}):,}"),
            (_("Events"), f"{len(self.answer.records):,}"),
            (_("Time taken"), _("{seconds} seconds, both directions").format(seconds=f"{seconds:.2f}")),
            (_("Made at"), f"{self.desk.now.astimezone(self.desk.zone):%Y-%m-%d %H:%M} ({self.desk.frame.zone})"),
            (_("By"), self.desk.actor.name),
            (_("Asked for by"), "BRCGS Food Safety 3.9 · IFS Food 4.18"),
        )
        gaps = tuple(sentence(gap) for gap in self.answer.gaps[:50])
        return Paper(_("Trace dossier"), str(self.thing), facts, (), page_word=_("Page {page}"),
                     notes=gaps or (_("No link is broken."),), signatures=(_("Checked by"), _("Date")))  # fmt: skip

    def _goods(self, title: str, found: Sequence[Found]) -> Paper:
        rows = [
            Row((str(one.depth), self.names.thing(one.uri, one.kind).name, thing_of(one.uri).code,
                 amount(one.quantity, one.unit)))
            for one in found[:MOST]
        ]  # fmt: skip
        heads_ = (_("Steps away"), _("Goods"), _("Lot or serial"), _("Quantity"))
        return self._paper(title, [Listing(heads_, tuple(rows), (1, 4, 3, 2), frozenset({3}))], notes=cut(found))

    def _parties(self) -> Paper:
        rows = [
            Row((_(PARTY_ROLES.get(share.role, share.role)), self.names.name(share.party) or thing_of(share.party).code,
                 thing_of(share.party).code, amount(share.quantity, unit)))
            for share, unit in self.answer.parties[:MOST]
        ]  # fmt: skip
        heads_ = (_("Role"), _("Partner"), _("Code"), _("Quantity"))
        listing = Listing(heads_, tuple(rows), (1.5, 4, 3, 2), frozenset({3}))
        return self._paper(_("Suppliers and customers"), [listing], notes=cut(self.answer.parties))

    def _stock(self) -> Paper:
        rows = [
            Row((self.names.name(one.uri), thing_of(one.uri).code,
                 self.names.name(one.place) or thing_of(one.place).code, amount(one.quantity, one.unit)))
            for one in self.answer.stock[:MOST]
        ]  # fmt: skip
        heads_ = (_("Goods"), _("Lot or serial"), _("Place"), _("Quantity"))
        listing = Listing(heads_, tuple(rows), (4, 3, 3, 2), frozenset({3}))
        return self._paper(_("Where it lies now"), [listing], notes=cut(self.answer.stock))

    def _balance(self) -> Paper:
        """As the page of mass balances has it, over all warehouses that the reader may see."""
        asked = massbalance_asked.read(QueryDict(urlencode({"id": self.uri, "in": massbalance_asked.ALL})), self.desk)
        found = weigh(asked, every=False)
        made = makings_table(makings_of(found.goods, asked.since, asked.until, asked.logs))
        name = called((key for key, _unit in found.accounts), self.desk.language)
        sums = equations(found.sums, asked.address)
        return massbalance_paper.paper_of(asked, sums, found, name, made, str(self.thing))

    def _certificates(self) -> Paper:
        """The papers of the partners that hold today or held when they delivered, and the files of the events."""
        known = directory()
        codes = {partner.code for share, _unit in self.answer.parties if (partner := known.partner_of(share.party))}
        rows: list[Row] = []
        for part in chunks(codes):
            papers = Certificate.objects.filter(partner__code__in=part).select_related("partner")
            for one in papers.order_by("partner__code", "kind", "number"):
                state = _("in force") if holds(one, self.desk.today) else _("not in force")
                rows.append(Row((one.partner.code, f"{one.kind} {one.number}", said(one.valid_until), state)))
        heads_ = (_("Partner"), _("Certificate"), _("Until"), _("State"))
        files = [
            one for event in events_by(record for _log, record in self.answer.records[:MOST]) for one in event.files
        ]
        called_ = file_names({str(one.get("hash", "")) for one in files})
        told = {str(one["hash"]): str(one.get("kind", "")) for one in files if one.get("hash")}
        kept = [Row((called_.get(hash, ""), kind, hash)) for hash, kind in told.items()]
        return self._paper(
            _("Certificates and papers"),
            [Listing(heads_, tuple(rows), (2, 4, 2, 2)),
             Listing((_("File"), _("Kind"), "SHA-256"), tuple(kept), (3, 1.5, 5))],
        )  # fmt: skip

    def _events(self) -> Paper:
        """What happened, with the place of each event in the tree that proves it."""
        leaves = {(one.log, one.record): one for one in places(one.id for one in self.happened)}
        zone = self.desk.zone
        rows = [
            Row((f"{one.time.astimezone(zone):%Y-%m-%d %H:%M}",
                 _(step_word(one.step, one.disposition, one.type, one.declared)), one.actor, one.key,
                 leaf_text(leaves.get((one.log, one.id)))))
            for one in reversed(self.happened)
        ]  # fmt: skip
        heads_ = (_("Time"), _("What"), _("By"), _("Record"), _("Leaf of the tree"))
        listing = Listing(heads_, tuple(rows), (2, 2, 1.5, 4.5, 2.5))
        return self._paper(_("Events and their proofs"), [listing], notes=cut(self.answer.records))

    def _heads(self) -> Paper:
        """The signed heads of the trees: with them and the proof of an event anybody checks it without us."""
        rows = []
        for one in heads({log for log, _record in self.answer.records} - {COMPANY}):
            root = parse_checkpoint(split_note(one.note)[0]).root.hex()
            at = moment(one.signed_at).astimezone(self.desk.zone)
            rows.append(Row((one.log, f"{one.size:,}", root, f"{at:%Y-%m-%d %H:%M}")))
        listing = Listing((_("Log"), _("Leaves"), _("Root (SHA-256)"), _("Signed")), tuple(rows), (1.5, 1.2, 6, 2))
        why = _("Each event can be checked by anybody against these heads: its page has the proof to take away.")
        return self._paper(_("Heads of the trees"), [listing], notes=(why,))


def said(day: date | datetime | None) -> str:
    return day.isoformat() if day else ""


def amount(quantity: int | None, unit: str) -> str:
    if quantity is None:
        return ""
    one = Quantity(unscaled(quantity), unit or COUNT)
    return f"{grouped_number(one.amount)} {_(unit_name(one.unit))}"


def cut(found: Sequence[object]) -> tuple[str, ...]:
    """That a section does not have all."""
    if len(found) <= MOST:
        return ()
    return (_("These are the first {most} of {count}.").format(most=f"{MOST:,}", count=f"{len(found):,}"),)


def leaf_text(one: Place | None) -> str:
    if one is None or one.index is None:
        return _("waits for its leaf")
    return f"{one.log} {one.index:,}" if one.proven else _("waits to be signed")


def file_names(hashes: set[str]) -> dict[str, str]:
    return {hash: name for part in chunks(hashes)
            for hash, name in File.objects.filter(hash__in=part).values_list("hash", "name")}  # fmt: skip
