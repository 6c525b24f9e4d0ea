"""A passkey is made and used at localhost, with a virtual authenticator in a real browser."""

from playwright.sync_api import Page, expect
from tests.service import Service


def give_authenticator(page: Page) -> None:
    """Plug a virtual authenticator into the browser, with a user who is always there."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def test_a_passkey_is_added_and_then_signs_in_without_a_password(
    own_rehearsal: Service, page: Page
) -> None:
    address = own_rehearsal.address
    give_authenticator(page)
    page.goto(f"{address}/accounts/rehearsal/")
    page.get_by_role("button", name="Candidate: nothing begun").click()
    page.goto(f"{address}/accounts/2fa/webauthn/add/")
    page.get_by_label("Passwordless").check()
    page.get_by_role("button", name="Add").click()
    expect(page).not_to_have_url(f"{address}/accounts/2fa/webauthn/add/")
    page.goto(f"{address}/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign Out").click()
    page.goto(f"{address}/candidacies/")
    expect(page).to_have_url(f"{address}/accounts/login/?next=/candidacies/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Your applications")).to_be_visible()
