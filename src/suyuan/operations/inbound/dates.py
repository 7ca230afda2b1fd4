"""The dates of what comes in, against what was known of it: what may be accepted, and what somebody must correct."""

from collections.abc import Mapping, Sequence
from datetime import date

from suyuan.capture.who import Who
from suyuan.gs1.problems import Problem
from suyuan.ledger.keys import PARTNERS, key16
from suyuan.operations.inbound.history import Told, dates_told, names_of, site_time
from suyuan.operations.lines import Resolved, Thing
from suyuan.operations.lots import Dates
from suyuan.stock.queries import About
from suyuan.stock.states import is_expired


def date_problems(
    goods: Resolved, dates: Mapping[str, Dates], known: Mapping[bytes, About], day: date
) -> list[Problem]:
    """What the dates give to think. Most can be accepted, since the goods stand there as they are; but a lot has one
    expiry, so whoever is wrong about it is corrected first, be it the label now or the receipt then.
    """
    problems = []
    for thing in goods.things:
        if thing.info is not None:
            problems += _problems_of(thing, dates[thing.uri], known.get(key16(thing.uri)), day)
    return problems


def _problems_of(thing: Thing, dates: Dates, held: About | None, day: date) -> list[Problem]:
    assert thing.info is not None  # asked by the caller
    expiry, produced = dates
    shown = {"item": thing.info.code, "lot": thing.lot, "expiry": expiry.isoformat() if expiry else ""}
    old, made = _known(held)
    problems = []
    if expiry is None and old is None and thing.info.shelf_life_days is not None:
        problems.append(Problem("operations.expiry_missing", f"{thing.field}.expiry", shown))
    if expiry is not None and old is not None and expiry != old:
        params = {**shown, "known": old.isoformat(), "goods": thing.uri}
        problems.append(Problem("operations.expiry_conflict", f"{thing.field}.expiry", params))
    if produced is not None and made is not None and produced != made:
        params = {**shown, "produced": produced.isoformat(), "known": made.isoformat(), "goods": thing.uri}
        problems.append(Problem("operations.produced_conflict", f"{thing.field}.produced", params))
    if produced is not None and produced > day:
        params = {**shown, "produced": produced.isoformat()}
        problems.append(Problem("operations.produced_later", f"{thing.field}.produced", params))
    last, least = expiry or old, thing.info.min_remaining_days_receipt
    if is_expired(last, day):
        problems.append(Problem("operations.expired_on_arrival", f"{thing.field}.expiry", shown))
    elif last is not None and least is not None and (last - day).days < least:
        params = {**shown, "days": str((last - day).days), "least": str(least)}
        problems.append(Problem("operations.short_life_on_arrival", f"{thing.field}.expiry", params))
    return problems


def _known(held: About | None) -> tuple[date | None, date | None]:
    if held is None:
        return None, None
    return tuple(None if day is None else date.fromordinal(day) for day in (held.expiry, held.produced))  # type: ignore[return-value]  # of two


def with_sources(who: Who, problems: Sequence[Problem]) -> list[Problem]:
    """The problems, each conflict with who said what was known, when, and in which event; what only a partner said
    does not block. A statement a conflict, of which there are few.
    """
    return [_with_source(who, p) if p.code.endswith("_conflict") else p for p in problems]


def _with_source(who: Who, problem: Problem) -> Problem:
    known = date.fromisoformat(problem.params["known"])
    expires = problem.code == "operations.expiry_conflict"
    told = [
        one for one in dates_told(who, problem.params["goods"]) if known == (one.expiry if expires else one.produced)
    ]
    ours = next((one for one in told if one.log != PARTNERS), None)
    said = ours or next(iter(told), None)
    partners = said is not None and ours is None
    code = "operations.expiry_announced" if expires and partners else problem.code
    return Problem(code, problem.field, {**problem.params, **_said(said, who)})


def _said(said: Told | None, who: Who) -> dict[str, str]:
    if said is None:
        return {"who": "", "time": "", "log": "", "event": ""}
    name = names_of([said.by]).get(said.by, said.by)
    return {"who": name, "time": site_time(who, said), "log": said.log, "event": said.key}
