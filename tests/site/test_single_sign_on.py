"""Signing in through an OpenID Connect provider: a small real one, on this machine, over HTTP."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.cache import cache
from django.test import Client
from jwt.algorithms import RSAAlgorithm
from pytest_django import Settings

from concours.records.ledger_store import read_facts
from concours.records.models import Account

pytestmark = pytest.mark.django_db

CLIENT = "concours"


class Provider:
    """A provider with one user; what it was asked is kept for the test to look at."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.nonce = ""
        self.asked: list[str] = []
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.asked.append(urlsplit(self.path).path)
                self.answer(provider.document(urlsplit(self.path).path))

            def do_POST(self) -> None:
                provider.asked.append(urlsplit(self.path).path)
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer(provider.tokens())

            def answer(self, document: dict[str, Any]) -> None:
                text = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def document(self, path: str) -> dict[str, Any]:
        """What a GET is answered with."""
        if path == "/.well-known/openid-configuration":
            return {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/keys":
            public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
            return {"keys": [public | {"kid": "1", "use": "sig", "alg": "RS256"}]}
        return self.claims()

    def claims(self) -> dict[str, Any]:
        """Who the user is."""
        return {"sub": "u-1", "email": "ada@agency.example", "email_verified": True}

    def tokens(self) -> dict[str, Any]:
        """What the code is exchanged for."""
        now = int(time.time())
        body = self.claims() | {
            "iss": self.address,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 60,
            "nonce": self.nonce,
        }
        signed = jwt.encode(body, self.key, algorithm="RS256", headers={"kid": "1"})
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": signed}


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """A provider the service is configured for."""
    cache.clear()
    running = Provider()
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "sign-in",
                    "name": "Agency",
                    "client_id": CLIENT,
                    "secret": "secret",
                    "settings": {"server_url": running.address},
                }
            ],
        }
    }
    yield running
    running.server.shutdown()
    running.server.server_close()


def go_to_provider(client: Client, provider: Provider) -> dict[str, list[str]]:
    """Press the button; gives what the provider is asked for."""
    answer = client.post("/accounts/oidc/sign-in/login/")
    assert answer.status_code == 302, answer.content.decode()
    target = urlsplit(answer["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == f"{provider.address}/authorize"
    asked = parse_qs(target.query)
    provider.nonce = asked.get("nonce", [""])[0]
    return asked


def test_the_sign_in_page_offers_the_provider(client: Client, provider: Provider) -> None:
    assert "Agency" in client.get("/accounts/login/").content.decode()


def test_somebody_the_provider_vouches_for_is_signed_in_with_a_person_file(
    client: Client, provider: Provider
) -> None:
    asked = go_to_provider(client, provider)
    assert asked["code_challenge_method"] == ["S256"]
    back = client.get(
        "/accounts/oidc/sign-in/login/callback/", {"code": "c", "state": asked["state"][0]}
    )
    assert back.status_code == 302, back.content.decode()
    account = Account.objects.get(email="ada@agency.example")
    assert client.get("/candidacies/").status_code == 200
    assert [f.kind for f in read_facts(account.person_id)] == ["person.opened"]


def test_an_answer_with_another_state_is_refused(client: Client, provider: Provider) -> None:
    go_to_provider(client, provider)
    client.get("/accounts/oidc/sign-in/login/callback/", {"code": "c", "state": "another"})
    assert not Account.objects.filter(email="ada@agency.example").exists()
    assert "/token" not in provider.asked
