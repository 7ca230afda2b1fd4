"""Every address, by the edge that answers it; an edge enters when it exists."""

from django.urls import URLPattern, URLResolver, include, path

from suyuan.config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health),
    path("", include("suyuan.ui.urls")),
    path("", include("suyuan.desk.urls")),
]
