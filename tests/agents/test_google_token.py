"""Whose token a model of Google's is asked with, and what is said where there is none."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pydantic import SecretStr

from agents.google_token import GoogleToken
from tests.agents.site import Site, open_site

ACCOUNT = "GOOGLE_APPLICATION_CREDENTIALS"


class Missing(Exception):
    pass


class Away(Exception):
    pass


def token(given: str = "") -> GoogleToken:
    return GoogleToken(SecretStr(given), Missing, Away)


@pytest.fixture(scope="module")
def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def write_account(folder: Path, private_key: str, site: Site) -> str:
    """A service account whose tokens the site gives out."""
    file = folder / "account.json"
    account = {
        "type": "service_account", "project_id": "ours", "private_key": private_key,
        "client_email": "us@ours.example", "token_uri": f"{site.url}/token",
    }  # fmt: skip
    file.write_text(json.dumps(account))
    return str(file)


def test_the_token_that_was_given_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ACCOUNT, "/nowhere.json")
    assert token("given").read() == "given"
    with pytest.raises(Missing, match="credentials are missing"):
        token().read()


def test_an_accounts_token_is_asked_for_once_and_again_when_it_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, private_key: str
) -> None:
    with open_site() as site:
        monkeypatch.setenv(ACCOUNT, write_account(tmp_path, private_key, site))
        ours = token()
        site.put("/token", '{"access_token": "one", "expires_in": 3600}', "application/json")
        assert [ours.read(), ours.read()] == ["one", "one"]
        assert len(site.asked) == 1
        site.put("/token", '{"access_token": "stale", "expires_in": 0}', "application/json")
        other = token()
        assert [other.read(), other.read()] == ["stale", "stale"]
        assert len(site.asked) == 3
        site.put("/token", '{"error": "invalid_grant"}', "application/json", 400)
        with pytest.raises(Away, match="RefreshError"):
            other.read()
