from django.urls import path

from suyuan.ui import language
from suyuan.ui.access import PUBLIC, declared

app_name = "ui"
urlpatterns = [path("language", declared(language.choose, PUBLIC), name="language")]
