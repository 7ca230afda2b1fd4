"""Settings of the tests: the product's own, in a home that goes away, with nothing slower than it has to be."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

KEPT = {"SUYUAN_SHARED", "SUYUAN_WRITE_CONFORMANCE"}  # of the tests themselves
HOME = tempfile.mkdtemp(prefix="suyuan-test-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("SUYUAN_") and name not in KEPT]:
    del os.environ[name]  # the developer's own installation is not what is tested
os.environ["SUYUAN_HOME"] = HOME

from suyuan.config.settings import *  # noqa: E402, F403  # settings are layered by star import, after the environment is set
from suyuan.config.settings import MIDDLEWARE, STATICFILES_DIRS  # noqa: E402  # likewise

ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = Path(HOME) / "static"
STATIC_ROOT.mkdir()
STATICFILES_DIRS = [path for path in STATICFILES_DIRS if path.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MIDDLEWARE = list(MIDDLEWARE)
AXES_ENABLED = False  # a test of the lock-out turns it on
