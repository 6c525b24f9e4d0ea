"""Safe Exam Browser: its configuration, the keys it sends with each request, and who is exempt.

Source: safeexambrowser.org, developer documentation "Config Key" and "Browser Exam Key".
A request is known by SHA-256 of its absolute address without fragment, followed by the key.
"""

import hashlib
import hmac
import plistlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from concours.kernel.errors import BadInput, RuleRefused
from concours.ledger.draft import Draft, Json
from concours.selection.authority import Actor, require
from concours.selection.competition import Competition
from concours.selection.examination import Examination
from concours.services.case import open_candidacy
from concours.services.casefile import OpenFile, decide_on
from concours.services.competitions import read_competition
from concours.services.examination.sessions import test_step

SET = "examination.set_lockdown"
NAME = "lockdown"
CONFIG_HEADER = "X-SafeExamBrowser-ConfigKeyHash"
BROWSER_HEADER = "X-SafeExamBrowser-RequestHash"
HEX = frozenset("0123456789abcdef")

#: What the locked browser allows. Everything a candidate might leave the room by is off.
SETTINGS: Mapping[str, Any] = {
    "sebMode": 0,
    "sebConfigPurpose": 0,
    "sendBrowserExamKey": True,
    "browserWindowWebView": 2,
    "browserViewMode": 1,
    "browserWindowAllowReload": True,
    "newBrowserWindowByLinkPolicy": 0,
    "newBrowserWindowByScriptPolicy": 0,
    "allowBrowsingBackForward": False,
    "allowDownUploads": False,
    "allowDictation": False,
    "allowDictionaryLookup": False,
    "allowPreferencesWindow": False,
    "allowQuit": True,
    "allowScreenSharing": False,
    "allowSiri": False,
    "allowSpellCheck": False,
    "allowSwitchToApplications": False,
    "allowUserSwitching": False,
    "allowVirtualMachine": False,
    "allowWlan": False,
    "createNewDesktop": True,
    "enablePrintScreen": False,
    "enablePrivateClipboard": True,
    "enableZoomPage": True,
    "enableZoomText": True,
    "showReloadButton": True,
    "showTaskBar": True,
    "showTime": False,
    "URLFilterEnable": True,
    "URLFilterEnableContentFilter": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lockdown:
    """What a competition asks of the browser. ``quit_hash`` is SHA-256 of the password to quit."""

    required: bool
    quit_hash: str
    browser_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockdownPage:
    """The choice of one competition with its configuration's key."""

    competition: str
    title: str
    lockdown: Lockdown
    config_key: str


def lockdown_of(competition: Competition) -> Lockdown:
    """What this competition has chosen; nothing is required where it has not."""
    said: Any = competition.settings.get(NAME, {})
    found = said if isinstance(said, Mapping) else {}
    return Lockdown(
        required=bool(found.get("required", False)),
        quit_hash=str(found.get("quit_hash", "")),
        browser_keys=tuple(str(key) for key in found.get("browser_keys", ())),
    )


def settings_for(lockdown: Lockdown, *, origin: str) -> dict[str, Any]:
    """The settings of the locked browser for a service at this address."""
    host = origin.split("://", 1)[-1]
    found: dict[str, Any] = {
        **SETTINGS,
        "startURL": f"{origin}/",
        "URLFilterRules": [
            {"action": 1, "active": True, "expression": f"{host}/*", "regex": False},
        ],
    }
    if lockdown.quit_hash:
        found["hashedQuitPassword"] = lockdown.quit_hash
    return found


def config_file(lockdown: Lockdown, *, origin: str) -> bytes:
    """The configuration as a plain property list, which the browser opens as a .seb file."""
    return plistlib.dumps(settings_for(lockdown, origin=origin), fmt=plistlib.FMT_XML)


def seb_json(value: object) -> str:
    """A property list's value as the text its Config Key is taken of.

    Keys sorted without regard to case, nothing escaped, no white space, empty
    dictionaries and ``originatorVersion`` left out.
    """
    if isinstance(value, Mapping):
        pairs = sorted(
            (
                (str(name), inner)
                for name, inner in value.items()
                if name != "originatorVersion" and not (isinstance(inner, Mapping) and not inner)
            ),
            key=lambda pair: pair[0].lower(),
        )
        return "{" + ",".join(f'"{name}":{seb_json(inner)}' for name, inner in pairs) + "}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return "[" + ",".join(seb_json(inner) for inner in value) + "]"
    return f'"{value}"'


def config_key(settings: Mapping[str, Any]) -> str:
    """The Config Key of settings: SHA-256 of their text, in hexadecimal."""
    return hashlib.sha256(seb_json(settings).encode()).hexdigest()


def request_hash(address: str, key: str) -> str:
    """What a browser with this key sends for an absolute address."""
    return hashlib.sha256((address.split("#", 1)[0] + key).encode()).hexdigest()


def sent_by_the_locked_browser(
    lockdown: Lockdown, *, origin: str, address: str, headers: Mapping[str, str]
) -> bool:
    """Whether a request carries the hash of this configuration, and of a known browser where
    the competition names some."""
    key = config_key(settings_for(lockdown, origin=origin))
    config = headers.get(CONFIG_HEADER, "").lower()
    if not hmac.compare_digest(config.encode(), request_hash(address, key).encode()):
        return False
    if not lockdown.browser_keys:
        return True
    browser = headers.get(BROWSER_HEADER, "").lower().encode()
    return any(
        hmac.compare_digest(browser, request_hash(address, known).encode())
        for known in lockdown.browser_keys
    )


def require_lockdown(
    actor: Actor, code: str, *, origin: str, address: str, headers: Mapping[str, str], at: datetime
) -> None:
    """Refuse a request for the examination room that the locked browser did not send,
    unless the competition does not ask for it or the candidate is exempt."""
    case = open_candidacy(actor, code, "examination.sit", at=at)
    lockdown = lockdown_of(case.competition)
    if not lockdown.required:
        return
    if case.candidacy.state(test_step(case.edition), Examination).exempt_from_lockdown:
        return
    if not sent_by_the_locked_browser(lockdown, origin=origin, address=address, headers=headers):
        raise RuleRefused(
            "locked_browser_needed",
            remedy="This test is sat in Safe Exam Browser with the file given for it. If it fails, tell the proctor.",
        )


def candidate_file(actor: Actor, code: str, *, origin: str, at: datetime) -> bytes:
    """The configuration for a candidate's own test."""
    case = open_candidacy(actor, code, "examination.sit", at=at)
    return config_file(lockdown_of(case.competition), origin=origin)


def lockdown_page(actor: Actor, competition: str, *, origin: str) -> LockdownPage:
    """The choice of one competition."""
    require(actor, SET)
    running = read_competition(competition)
    found = lockdown_of(running)
    return LockdownPage(
        competition=competition,
        title=running.title,
        lockdown=found,
        config_key=config_key(settings_for(found, origin=origin)),
    )


def set_lockdown(
    actor: Actor,
    competition: str,
    *,
    required: bool,
    quit_password: str,
    browser_keys: Sequence[str],
    at: datetime,
) -> OpenFile:
    """Choose whether the locked browser is required, with which password to quit it and which
    browsers. An empty password keeps the one there is."""
    keys = sorted({key.strip().lower() for key in browser_keys if key.strip()})
    if any(len(key) != 64 or not HEX.issuperset(key) for key in keys):
        raise BadInput(
            "not_a_browser_key",
            remedy="A browser exam key has 64 hexadecimal digits.",
            field="browser_keys",
        )

    def command(found: OpenFile) -> Sequence[Draft]:
        before = lockdown_of(found.state)
        quit_hash = before.quit_hash
        if quit_password:
            quit_hash = hashlib.sha256(quit_password.encode()).hexdigest()
        value: dict[str, Json] = {
            "required": required,
            "quit_hash": quit_hash,
            "browser_keys": list(keys),
        }
        body: dict[str, Json] = {"name": NAME, "value": value}
        return (Draft(file=competition, step="", kind="competition.setting_found", body=body),)

    return decide_on(actor, "competition", competition, SET, command, at=at)
