"""Every address, by the edge that answers it; an edge enters when it exists."""

from django.urls import URLPattern, URLResolver, path

from suyuan.config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health),
]
