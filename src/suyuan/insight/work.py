"""How fast and how rightly goods are picked: by person, team, day and zone. One statement, whatever was picked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from suyuan.insight.dayflows import start_of

HOUR = 3600


class By(StrEnum):
    """What the figures are put together by."""

    PERSON = "person"
    TEAM = "team"
    DAY = "day"
    ZONE = "zone"


@dataclass(frozen=True, slots=True)
class Picked:
    """Tasks of tours that were done. `lines`: those of which something was picked; `short`: of which something lacked.
    `scans` were made, and `confirmed` of them were what was asked for. `seconds`: from taking the tour, or the pick
    before on it, to each pick.
    """

    lines: int = 0
    short: int = 0
    scans: int = 0
    confirmed: int = 0
    seconds: int = 0

    @property
    def accuracy(self) -> float | None:
        return self.confirmed / self.scans if self.scans else None

    @property
    def an_hour(self) -> float | None:
        return HOUR * self.lines / self.seconds if self.seconds else None

    def plus(self, other: "Picked") -> "Picked":
        return replace(
            self,
            lines=self.lines + other.lines,
            short=self.short + other.short,
            scans=self.scans + other.scans,
            confirmed=self.confirmed + other.confirmed,
            seconds=self.seconds + other.seconds,
        )


_COLUMNS = {By.PERSON: "d.person", By.TEAM: "d.person", By.ZONE: "d.place", By.DAY: "(d.done + %s) / %s"}
_MICROS = 1_000_000
_DAY = 86_400 * _MICROS
# The pick before may have been yesterday's: the whole tour is read, as far as it was walked in the time.
_PICKED = (
    "WITH d AS (SELECT t.person, t.place, t.done, t.picked, t.state, t.scans, t.confirmed, "
    "COALESCE(LAG(t.done) OVER (PARTITION BY t.tour_id, t.person ORDER BY t.done, t.id), w.taken, t.done) AS begun "
    "FROM picking_task t JOIN picking_tour w ON w.id = t.tour_id "
    "WHERE t.log IN ({logs}) AND t.done >= %s AND t.done < %s AND NOT (t.person = '')) "
    "SELECT {key}, SUM(CASE WHEN d.picked > 0 THEN 1 ELSE 0 END), SUM(CASE WHEN d.state = 'short' THEN 1 ELSE 0 END), "
    "SUM(d.scans), SUM(d.confirmed), SUM(CASE WHEN d.begun > d.done THEN 0 WHEN d.begun < %s THEN d.done - %s "
    "ELSE d.done - d.begun END) FROM d GROUP BY 1"
)


def picked(logs: Iterable[str], since: date, until: date, zone: ZoneInfo, by: By = By.PERSON) -> dict[Any, Picked]:
    """Account id, place (URI) or ordinal day → what was picked from one day to another, inclusive. One statement.

    Days are counted at the offset that the zone has on the last of them.
    """
    where = list(logs)
    if not where:
        return {}
    begin, end = start_of(since.toordinal(), zone), start_of((until + timedelta(days=1)).toordinal(), zone)
    epoch = date(1970, 1, 1).toordinal()
    offset = (until.toordinal() - epoch) * _DAY - start_of(until.toordinal(), zone)
    key = [offset, _DAY] if by is By.DAY else []
    with connection.cursor() as cursor:
        sql = _PICKED.format(logs=", ".join(["%s"] * len(where)), key=_COLUMNS[by])
        cursor.execute(sql, [*where, begin, end, *key, begin, begin])
        rows = cursor.fetchall()
    return {
        int(one) + epoch if by is By.DAY else one: Picked(
            int(lines), int(short), int(scans), int(confirmed), int(micros) // _MICROS
        )
        for one, lines, short, scans, confirmed, micros in rows
    }


def folded(found: dict[Any, Picked], keys: Callable[[Any], Iterable[str]]) -> dict[str, Picked]:
    """By what each key belongs to, which may be several: the teams of a person, the zone of a place."""
    sums: dict[str, Picked] = {}
    for one, figures in found.items():
        for key in keys(one):
            sums[key] = sums[key].plus(figures) if key in sums else figures
    return sums


def total(found: Iterable[Picked]) -> Picked:
    whole = Picked()
    for one in found:
        whole = whole.plus(one)
    return whole
