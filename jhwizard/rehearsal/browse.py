"""What a browser and a program with a token do with a hub.

Standard library only, Python 3.8 and later.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

_LARGEST = 8 << 20
_NO_PROXY = urllib.request.ProxyHandler({})
"""A proxy in the environment is not meant for the loopback address."""


@dataclass(frozen=True)
class Reply:
    """The last answer, after all redirects."""

    status: int
    path: str
    """Of the address that answered, without the query."""
    text: str

    @property
    def title(self) -> str:
        """The page's title, in one line; empty if it has none."""
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def json(self) -> Any:  # noqa: ANN401 - whatever the server says
        """Return what it says as JSON; None where it says no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


def ask(
    method: str,
    address: str,
    headers: dict[str, str],
    body: object = None,
    opener: urllib.request.OpenerDirector | None = None,
) -> Reply:
    """Send a request and return the answer, also an error; status 0 where nothing answers."""
    form = isinstance(body, bytes)
    data = body if form else json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(address, data, headers, method=method)  # type: ignore[arg-type] # noqa: S310
    if data is not None and not form:
        request.add_header("Content-Type", "application/json")
    opener = opener or urllib.request.build_opener(_NO_PROXY)
    try:
        with opener.open(request, timeout=60) as answer:
            text = answer.read(_LARGEST).decode("utf-8", "replace")
            return Reply(answer.status, urlsplit(answer.url).path, text)
    except urllib.error.HTTPError as error:
        with error:
            text = error.read(_LARGEST).decode("utf-8", "replace")
            return Reply(error.code, urlsplit(error.url or "").path, text)
    except OSError as error:
        return Reply(0, urlsplit(address).path, str(error))


class Browser:
    """One browser, with its cookies, on one hub."""

    def __init__(self, address: str) -> None:
        """Start at the hub's public address, which ends with a slash."""
        self._address = address
        self._cookies = CookieJar()
        keep = urllib.request.HTTPCookieProcessor(self._cookies)
        self._opener = urllib.request.build_opener(keep, _NO_PROXY)

    def open(self, path: str, form: dict[str, str] | None = None) -> Reply:
        """Open a page, or send a form to it, and follow all redirects."""
        address = self._address + quote(path, safe="/?=&%@")
        data = urlencode(form).encode() if form is not None else None
        return ask("GET" if data is None else "POST", address, {}, data, self._opener)

    def log_in(self, user: str) -> Reply:
        """Fill in the login form; the form of JupyterHub before 4 has no `_xsrf`."""
        self.open("hub/login")
        tokens = [cookie.value or "" for cookie in self._cookies if cookie.name == "_xsrf"]
        form = {"username": user, "password": "any", "_xsrf": tokens[0] if tokens else ""}
        # Where the form leads next: the hub's home page starts no server.
        return self.open("hub/login?next=" + quote(urlsplit(self._address).path + "hub/home"), form)
