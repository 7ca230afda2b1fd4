"""All the reports there are. Whoever adds one writes it into a list of its module, and the module in here."""

from collections.abc import Mapping, Sequence

from suyuan.insight.reports import (
    evidence,
    fsma,
    holding,
    kde,
    law_farm,
    law_food,
    law_goods,
    law_retention,
    law_trade,
    market,
    people,
    quality_measured,
    quality_rejects,
    supply,
    temperature,
)
from suyuan.insight.reports.declared import Report

_LISTS: Sequence[Sequence[Report]] = (
    law_food.REPORTS,
    law_farm.REPORTS,
    law_goods.REPORTS,
    law_trade.REPORTS,
    fsma.REPORTS,
    kde.REPORTS,
    law_retention.REPORTS,
    quality_measured.REPORTS,
    quality_rejects.REPORTS,
    market.REPORTS,
    evidence.REPORTS,
    temperature.REPORTS,
    holding.REPORTS,
    supply.REPORTS,
    people.REPORTS,
)
REPORTS: Mapping[str, Report] = {report.name: report for reports in _LISTS for report in reports}
