"""Login, password and second factors: allauth's own names, which its flows ask for, at our addresses. No sign-up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from suyuan.desk import session
from suyuan.ui.access import OWN, PUBLIC, declared

# Where allauth goes when something about factors was changed.
factors = login_required(RedirectView.as_view(pattern_name="people:account"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("login", session.login, name="account_login"),
    path("account/logout", declared(account.logout, PUBLIC), name="account_logout"),
    path("account/inactive", declared(account.account_inactive, PUBLIC), name="account_inactive"),
    path("account/again", declared(account.reauthenticate, OWN), name="account_reauthenticate"),
    path("account/password", declared(account.password_change, OWN), name="account_change_password"),
    path("account/password/set", declared(account.password_set, OWN), name="account_set_password"),
    path("account/factors", declared(factors, OWN), name="mfa_index"),
    path("account/code", declared(mfa.authenticate, PUBLIC), name="mfa_authenticate"),
    path("account/code/again", declared(mfa.reauthenticate, OWN), name="mfa_reauthenticate"),
    path("account/app", declared(totp.activate_totp, OWN), name="mfa_activate_totp"),
    path("account/app/off", declared(totp.deactivate_totp, OWN), name="mfa_deactivate_totp"),
    path("account/recovery", declared(codes.view_recovery_codes, OWN), name="mfa_view_recovery_codes"),
    path("account/recovery/new", declared(codes.generate_recovery_codes, OWN), name="mfa_generate_recovery_codes"),
    path("account/recovery.txt", declared(codes.download_recovery_codes, OWN), name="mfa_download_recovery_codes"),
    path("account/keys", declared(keys.list_webauthn, OWN), name="mfa_list_webauthn"),
    path("account/keys/add", declared(keys.add_webauthn, OWN), name="mfa_add_webauthn"),
    path("account/keys/again", declared(keys.reauthenticate_webauthn, OWN), name="mfa_reauthenticate_webauthn"),
    path("account/keys/login", declared(keys.login_webauthn, PUBLIC), name="mfa_login_webauthn"),
    path("account/keys/<int:pk>/remove", declared(keys.remove_webauthn, OWN), name="mfa_remove_webauthn"),
    path("account/keys/<int:pk>/edit", declared(keys.edit_webauthn, OWN), name="mfa_edit_webauthn"),
]
if settings.SUYUAN.oidc_issuer:
    urlpatterns.append(path("account/oidc/", include("suyuan.desk.sso_urls")))
