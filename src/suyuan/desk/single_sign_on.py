"""Single sign-on by OpenID Connect: the provider says who it is, the account with that user name is ours."""

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.shortcuts import render

from suyuan.accounts.models import User
from suyuan.accounts.rules import PERSON, login_name
from suyuan.desk.access import theme


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth's classes are untyped
    """Nobody signs up by the provider; who has no account here is told so."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Connect whoever comes for the first time with the account of his user name."""
        if sociallogin.is_existing:
            return
        told = sociallogin.account.extra_data
        claims = {**told.get("id_token", {}), **told.get("userinfo", {}), **told}
        named = str(claims.get("preferred_username") or "")
        user = User.objects.filter(username=login_name(named), is_active=True, kind=PERSON).first() if named else None
        if user is None:
            page = render(request, "desk/stranger.html", {"theme": theme(request), "named": named}, status=403)
            raise ImmediateHttpResponse(page)
        sociallogin.connect(request, user)
