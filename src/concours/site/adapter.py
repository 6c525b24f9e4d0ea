"""How the sign-in library meets our house: accounts get a person, letters go to the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from concours.pages.actor import actor_of
from concours.pages.clock import service_now
from concours.services import accounts


class AccountAdapter(DefaultAccountAdapter):
    """Sign-up makes a person with a key of their own; a confirmed address opens their file."""

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        """Save the account with its person, so that the first letter can be sealed."""
        account = super().save_user(request, user, form, commit=False)
        account.language = request.LANGUAGE_CODE[:2]
        if commit:
            accounts.save_with_person(account)
        return account

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """A confirmed address opens the person's file in the ledger."""
        confirmed: bool = super().confirm_email(request, email_address)
        if confirmed:
            accounts.open_person_file(email_address.user_id, at=service_now())
        return confirmed

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff start at what waits for them, candidates at their road."""
        roles = actor_of(request).roles
        return reverse("board:home" if roles - {"candidate"} else "portal:candidate_home")

    def get_signup_redirect_url(self, request: HttpRequest) -> str:
        """The same as after signing in."""
        return self.get_login_redirect_url(request)


class MfaAdapter(DefaultMFAAdapter):
    """Secrets of second factors are sealed with our keys, not kept in the clear."""

    def encrypt(self, text: str) -> str:
        """Seal one secret."""
        return accounts.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return accounts.open_secret(encrypted_text)


class SocialAdapter(DefaultSocialAccountAdapter):
    """Whom a provider vouches for gets a person too; a verified address opens the file."""

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """Save the account of a first sign-in through a provider."""
        account = super().save_user(request, sociallogin, form)
        accounts.save_with_person(account)
        if any(address.verified for address in sociallogin.email_addresses):
            accounts.open_person_file(account.pk, at=service_now())
        return account
