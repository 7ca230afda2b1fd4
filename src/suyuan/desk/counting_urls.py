"""The addresses of counting."""

from django.urls import path

from suyuan.desk import counting, counting_bins, counting_review, counting_views

urlpatterns = [
    path("counting", counting.counting, name="counting"),
    path("counting/accuracy", counting_views.accuracy, name="count-accuracy"),
    path("counting/<uuid:id>", counting.count, name="count"),
    path("counting/<uuid:id>/bins", counting_bins.bins, name="count-bins"),
    path("counting/<uuid:id>/review", counting_review.review, name="count-review"),
    path("counting/<uuid:id>/list", counting_views.printed, name="count-list"),
    path("counting/<uuid:id>/template", counting_views.template, name="count-template"),
]
