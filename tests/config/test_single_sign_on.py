"""Single sign-on is there where it is configured, and lets in whom we know."""

import os
import subprocess
import sys
from pathlib import Path

TELLS = """
import django
django.setup()
from django.core.management import call_command
from django.test import Client, RequestFactory
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from suyuan.accounts.models import User
from suyuan.capture.guard import suspend
from suyuan.desk.single_sign_on import SingleSignOn
call_command("migrate", verbosity=0)
suspend("test")
User.objects.create(username="wang", name="W")
User.objects.create(username="gone", name="G", is_active=False)
page = Client(headers={"host": "localhost", "accept-language": "en"}).get("/login")
assert "Log in with House" in page.content.decode()
assert "form-action 'self' https://login.example.com;" in page.headers["Content-Security-Policy"] + ";"
for claimed, entered in (("WANG", True), ("gone", False), ("nobody", False), ("", False)):
    claims = {"userinfo": {"preferred_username": claimed}}
    account = SocialAccount(provider="sso", uid=claimed or "-", extra_data=claims)
    request = RequestFactory().get("/")
    request.session = {}
    login = SocialLogin(user=User(), account=account)
    try:
        SingleSignOn().pre_social_login(request, login)
        assert entered, claimed
        assert login.user.username == "wang"
    except ImmediateHttpResponse as answer:
        assert not entered, claimed
        assert answer.response.status_code == 403
assert not SingleSignOn().is_open_for_signup(None, None)
print("told")
"""


def test_it_works(tmp_path: Path) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("SUYUAN_")} | {
        "SUYUAN_HOME": str(tmp_path),
        "SUYUAN_OIDC_ISSUER": "https://login.example.com/realm",
        "SUYUAN_OIDC_CLIENT": "suyuan",
        "SUYUAN_OIDC_SECRET": "s",
        "SUYUAN_OIDC_NAME": "House",
        "DJANGO_SETTINGS_MODULE": "suyuan.config.settings",
        "SUYUAN_LANGUAGE": "en",
    }
    done = subprocess.run([sys.executable, "-c", TELLS], env=environ, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "told", done.stderr[-3000:]
