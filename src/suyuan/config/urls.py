"""Every address, by the edge that answers it; an edge enters when it exists."""

from django.urls import URLPattern, URLResolver, include, path

from suyuan.config.health import health
from suyuan.ui.access import PUBLIC, declared

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", declared(health, PUBLIC)),
    path("", include("suyuan.ui.urls")),
    path("", include("suyuan.api.urls")),
    path("", include("suyuan.public.urls")),
    path("", include("suyuan.desk.account_urls")),
    path("", include("suyuan.desk.people_urls")),
    path("", include("suyuan.desk.urls")),
]
