"""The addresses of spreadsheets in and out."""

from django.urls import path

from suyuan.desk import exporting, importing, starting

urlpatterns = [
    path("start", starting.starting, name="start"),
    path("import", importing.start, name="import"),
    path("import/<uuid:id>", importing.shown, name="importing"),
    path("import/<uuid:id>/again", importing.again, name="import-again"),
    path("import/<uuid:id>/stop", importing.stop, name="import-stop"),
    path("import/<uuid:id>/wrong", importing.wrong, name="import-wrong"),
    path("data/<slug:name>/export", exporting.export, name="export"),
    path("data/<slug:name>/template", exporting.template, name="template"),
]
