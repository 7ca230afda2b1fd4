from django.urls import path

from suyuan.ui import language

app_name = "ui"
urlpatterns = [path("language", language.choose, name="language")]
