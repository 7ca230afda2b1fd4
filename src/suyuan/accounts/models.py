"""The tables of people and rights. Sites, teams and roles are known by their codes, which never change."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from suyuan.accounts.rules import EVERYWHERE, login_name


class Site(models.Model):
    """A place of work with one time zone; its warehouses are names further up."""

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.code


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=login_name(username or ""))


class User(AbstractBaseUser):
    """A person, a device or the system. `name` is the printed name that records carry. Never deleted: switched off."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    username = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=16, default="zh-hans")
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    def get_full_name(self) -> str:
        return self.name

    def __str__(self) -> str:
        return self.username


class Team(models.Model):
    """A shift team (班组): scores, targets and points are a team's as well as a person's."""

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="teams", null=True, blank=True)
    members = models.ManyToManyField(User, related_name="teams", blank=True)

    def __str__(self) -> str:
        return self.code


class Role(models.Model):
    """A set of permissions with levels, as `permissions.py` writes them: ``["receive", "lot.release:approve", …]``."""

    code = models.CharField(max_length=12, primary_key=True)
    name_zh = models.CharField(max_length=200, blank=True)
    name_en = models.CharField(max_length=200, blank=True)
    permissions = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.code


class Grant(models.Model):
    """A role held by a user: at a warehouse (its code), a site (``site:CODE``) or everywhere (``*``)."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    scope = models.CharField(max_length=20, default=EVERYWHERE)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "role", "scope"), name="grant_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.role_id} @ {self.scope}"
