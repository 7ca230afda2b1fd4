"""The addresses of reports."""

from django.urls import path

from suyuan.desk import reporting, reporting_dossier, reporting_event, reporting_holds, reporting_views

urlpatterns = [
    path("reports", reporting.report_list, name="report_list"),
    path("reports/views", reporting_views.views, name="report_views"),
    path("reports/views/<int:id>", reporting_views.view, name="report_view"),
    path("reports/legal-holds", reporting_holds.holds, name="legal_holds"),
    path("reports/<slug:name>", reporting.report_page, name="report_page"),
    path("reports/<slug:name>/keep", reporting_views.keep, name="report_keep"),
    path("dossier", reporting_dossier.dossier, name="dossier"),
    path("event/<str:log>/<uuid:id>", reporting_event.event, name="event"),
]
