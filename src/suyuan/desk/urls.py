"""The addresses of the desk."""

from django.urls import path

from suyuan.desk import (
    floor,
    holding,
    home,
    importing_urls,
    labels,
    office,
    office_bulk,
    office_history,
    office_listing,
    office_rows,
    proofs,
    receiving,
    results,
    search,
    session,
    shipping,
    things,
)

app_name = "desk"
urlpatterns = [
    path("", home.home, name="home"),
    path("waiting/<slug:id>", home.waiting, name="waiting"),
    path("login", session.login, name="login"),
    path("logout", session.logout, name="logout"),
    path("warehouse", session.choose_warehouse, name="warehouse"),
    path("search", search.search, name="search"),
    path("thing", things.thing, name="thing"),
    path("thing/tab", things.panel, name="panel"),
    path("hold", holding.holding, name="hold"),
    path("proof", proofs.proof, name="proof"),
    path("receiving", receiving.receiving, name="receiving"),
    path("receiving/done", results.received, name="received"),
    path("shipping", shipping.shipping, name="shipping"),
    path("shipping/done", results.shipped, name="shipped"),
    path("map", floor.floor, name="map"),
    path("labels", labels.labels, name="labels"),
    path("data", office.index, name="data"),
    path("data/<slug:name>", office_listing.rows, name="list"),
    path("data/<slug:name>/columns", office_listing.columns, name="columns"),
    path("data/<slug:name>/suggest", office_listing.suggest, name="suggest"),
    path("data/<slug:name>/new", office_rows.new, name="new"),
    path("data/<slug:name>/row", office_rows.row, name="row"),
    path("data/<slug:name>/switch", office_rows.switch, name="switch"),
    path("data/<slug:name>/history", office_history.history, name="history"),
    path("data/<slug:name>/back", office_history.put_back, name="put_back"),
    path("data/<slug:name>/bulk", office_bulk.bulk, name="bulk"),
    *importing_urls.urlpatterns,
]
