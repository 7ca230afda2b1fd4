"""The addresses of the desk."""

from django.urls import path

from suyuan.desk import holding, home, proofs, receiving, results, search, session, shipping, things

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
]
