"""The addresses of quality."""

from django.urls import path

from suyuan.desk import (
    inspecting,
    inspecting_concession,
    inspecting_page,
    inspecting_reports,
    inspecting_returns,
    inspecting_series,
)

urlpatterns = [
    path("inspection", inspecting.inspections, name="inspections"),
    path("inspection/done", inspecting.inspected, name="inspected"),
    path("inspection/series", inspecting_series.all_series, name="all_series"),
    path("inspection/lots", inspecting_series.one_series, name="series"),
    path("inspection/concession", inspecting_concession.conceding, name="conceding"),
    path("inspection/extend", inspecting_concession.extending, name="extending"),
    path("inspection/returned", inspecting_returns.sent_back, name="sent_back"),
    path("inspection/<uuid:id>", inspecting_page.inspection, name="inspection"),
    path("inspection/<uuid:id>/file/<slug:hash>", inspecting_page.inspection_file, name="inspection_file"),
    path("nonconformances", inspecting_reports.reports, name="reports"),
    path("nonconformances/new", inspecting_reports.new_report, name="new_report"),
    path("nonconformances/<slug:number>", inspecting_reports.report, name="report"),
    path("nonconformances/<slug:number>/file/<slug:hash>", inspecting_reports.report_file, name="report_file"),
    path("nonconformances/<slug:number>/return", inspecting_returns.send_back, name="send_back"),
    path("nonconformances/<slug:number>/rework", inspecting_returns.reworking, name="reworking"),
]
