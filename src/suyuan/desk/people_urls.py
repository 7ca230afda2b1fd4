"""The addresses of people and rights."""

from django.urls import path

from suyuan.desk import account, people, people_roles, people_teams, settings

app_name = "people"
urlpatterns = [
    path("account", account.account, name="account"),
    path("settings", settings.settings, name="settings"),
    path("people", people.people, name="people"),
    path("people/new", people.new, name="new"),
    path("people/roles", people_roles.roles, name="roles"),
    path("people/roles/edit", people_roles.role, name="role"),
    path("people/teams", people_teams.teams, name="teams"),
    path("people/teams/edit", people_teams.team, name="team"),
    path("people/<uuid:id>", people.account, name="account-of"),
    path("people/<uuid:id>/change", people.change, name="change"),
]
