"""One reader of a soak: signs in as somebody of the cast and follows links, as a browser would."""

import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import Counter
from collections.abc import Mapping
from http.cookiejar import CookieJar
from random import Random  # noqa: TID251 -- seeded by the command's option

from concours.cli.soak_service import Service

CAST = "/accounts/rehearsal/"
CLOCK = "/accounts/rehearsal/clock/"
LINK = re.compile(r'href="(/[^"#]*)')
SIGN_IN = re.compile(r'action="(/accounts/rehearsal/as/[^"]+)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
OUT_OF_BOUNDS = ("/static/", "/accounts/", "/preferences/")
"""Links a reader leaves alone: files, and what would sign them out."""
PAUSE = 0.02
PAGES_A_PERSON = 15
LARGEST = 5_000_000


class Interrupted(Exception):
    """The web process was killed while it answered."""


class Reader:
    """Reads until told to stop, at most so many requests; counts answers by status."""

    def __init__(self, service: Service, *, chance: Random, most: int) -> None:
        self.answers: Counter[int] = Counter()
        self.interrupted = 0
        self.people = 0
        self.broken: list[str] = []
        self.failure: Exception | None = None
        self._service, self._chance, self._most = service, chance, most
        self._forget()

    def read(self, stopped: threading.Event) -> None:
        """Be one person of the cast after another until ``stopped`` or the most requests are made."""
        try:
            while not self._over(stopped):
                try:
                    self._be_somebody(stopped)
                except Interrupted:
                    self.interrupted += 1
                    while not stopped.is_set() and not self._service.well.wait(0.2):
                        pass
        except Exception as failure:
            self.failure = failure

    def move_clock(self, by: str) -> None:
        """Move service time forward by one of the steps the rehearsal's page offers."""
        self._forget()
        page = self._ask(CAST)
        self._ask(CLOCK, {"by": by, "csrfmiddlewaretoken": _token(page)})

    def _be_somebody(self, stopped: threading.Event) -> None:
        self._forget()
        page = self._ask(CAST)
        action = self._chance.choice(SIGN_IN.findall(page))
        page = home = self._ask(action, {"csrfmiddlewaretoken": _token(page)})
        self.people += 1
        for _ in range(PAGES_A_PERSON):
            if self._over(stopped):
                return
            links = [link for link in LINK.findall(page) if not link.startswith(OUT_OF_BOUNDS)]
            page = self._ask(self._chance.choice(links)) if links else home
            time.sleep(PAUSE)

    def _over(self, stopped: threading.Event) -> bool:
        return stopped.is_set() or self.answers.total() + self.interrupted >= self._most

    def _ask(self, path: str, form: Mapping[str, str] | None = None) -> str:
        """One request; the page as text. What the server itself broke is kept by its path."""
        content = urllib.parse.urlencode(form).encode() if form is not None else None
        address = self._service.address + path.replace("&amp;", "&")
        request = urllib.request.Request(address, data=content)
        try:
            with self._opener.open(request, timeout=60) as answer:
                self.answers[answer.status] += 1
                return str(answer.read(LARGEST).decode(errors="replace"))
        except urllib.error.HTTPError as error:
            with error:
                self.answers[error.code] += 1
                if error.code >= 500:
                    self.broken.append(f"{error.code} {path}")
                return str(error.read(LARGEST).decode(errors="replace"))
        except (OSError, urllib.error.URLError, EOFError) as error:
            raise Interrupted from error

    def _forget(self) -> None:
        """A browser nobody has used yet; never through a proxy."""
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
        )


def _token(page: str) -> str:
    found = TOKEN.search(page)
    return found[1] if found else ""
