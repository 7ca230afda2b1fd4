"""The addresses of production."""

from django.urls import path

from suyuan.desk import producing, producing_line, producing_parts, producing_tanks

urlpatterns = [
    path("production", producing.production, name="production"),
    path("production/order", producing.work_order, name="work_order"),
    path("production/line", producing_line.line, name="producing_line"),
    path("production/line/done", producing_line.produced, name="produced"),
    path("production/tanks", producing_tanks.tanks, name="producing_tanks"),
    path("production/assemblies", producing_parts.parts, name="producing_parts"),
]
