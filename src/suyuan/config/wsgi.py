"""The web application as a WSGI callable."""

import os

from django.core.wsgi import get_wsgi_application

from suyuan.config.serving import prepare

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "suyuan.config.settings")
application = get_wsgi_application()
prepare()
