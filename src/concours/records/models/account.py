"""Accounts: who signs in, under which roles."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from concours.records.codes import new_code
from concours.records.models.kinds import CodeField, Source
from concours.selection.authority import ROLES

LANGUAGES = ("en", "es", "ar")


class Accounts(BaseUserManager["Account"]):
    """Finds and makes accounts by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Account":
        """A new account. Without a password nobody can sign in by one."""
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of an address, in whatever case it is typed."""
        return self.get(email__iexact=username)


class Account(Source, AbstractBaseUser):
    """A sign-in. The ledger knows it by its code only; a candidate's has a person file."""

    of_person: ClassVar[str] = "person_id"

    code = CodeField(unique=True, default=new_code, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    person = models.OneToOneField(
        "records.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="account"
    )
    language = models.CharField(
        max_length=2, default="en", choices=[(code, code) for code in LANGUAGES]
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.code)


class StaffRole(Source):
    """A role held by an account, from a day on and perhaps to one; who gave it."""

    of_nobody: ClassVar[bool] = True

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="staff_roles")
    role = models.CharField(max_length=40, choices=[(name, words) for name, words in ROLES.items()])
    granted_by = CodeField()
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account", "role"], name="role_of_account")]
