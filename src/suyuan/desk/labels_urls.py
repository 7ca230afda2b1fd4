"""The addresses of labels: to be printed, waiting, replaced, failing."""

from django.urls import path

from suyuan.desk import labels, labels_defects, labels_print, labels_queue, labels_replace

urlpatterns = [
    path("labels", labels.labels, name="labels"),
    path("labels/goods", labels_print.goods, name="label_goods"),
    path("labels/queue", labels_queue.jobs, name="label_queue"),
    path("labels/queue/<uuid:id>", labels_queue.job, name="label_job"),
    path("labels/replace", labels_replace.replace, name="label_replace"),
    path("labels/tags", labels_replace.bind, name="label_tags"),
    path("labels/defects", labels_defects.defects, name="label_defects"),
    path("labels/failed", labels_defects.failed, name="label_failed"),
]
