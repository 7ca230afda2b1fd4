"""The addresses of single sign-on, where it is configured."""

from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views
from django.urls import path

from suyuan.ui.access import PUBLIC, declared

urlpatterns = [
    path("<slug:provider_id>/login/", declared(views.login, PUBLIC), name="openid_connect_login"),
    path("<slug:provider_id>/login/callback/", declared(views.callback, PUBLIC), name="openid_connect_callback"),
    path("cancelled", declared(social.login_cancelled, PUBLIC), name="socialaccount_login_cancelled"),
    path("error", declared(social.login_error, PUBLIC), name="socialaccount_login_error"),
    path("signup", declared(social.signup, PUBLIC), name="socialaccount_signup"),
]
