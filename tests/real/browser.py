"""What a browser does with a hub: cookies, the login form, redirects, the page's title."""

import json
import re
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import quote, urlencode, urlsplit


@dataclass(frozen=True)
class Reply:
    """The last answer, after all redirects."""

    status: int
    path: str
    """Of the URL that answered, without the query."""
    text: str

    @property
    def title(self) -> str:
        """The page's title, in one line; "" if it has none."""
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return " ".join(found[1].split()) if found else ""

    def json(self) -> Any:  # noqa: ANN401 - whatever the server says
        return json.loads(self.text)


def ask(
    request: urllib.request.Request,
    opener: urllib.request.OpenerDirector | None = None,
    timeout: float = 60,
) -> Reply:
    """Send a request and return the answer, also when it is an HTTP error."""
    opener = opener or urllib.request.build_opener(NO_PROXY)
    try:
        with opener.open(request, timeout=timeout) as answer:
            return Reply(answer.status, urlsplit(answer.url).path, answer.read().decode())
    except urllib.error.HTTPError as error:
        with error:
            return Reply(error.code, urlsplit(error.url or "").path, error.read().decode())


def ask_json(method: str, url: str, token: str, body: object = None) -> Reply:
    """Ask a REST API with a token; a `body` that is not None is sent as JSON."""
    request = urllib.request.Request(url, method=method)  # noqa: S310 - our own hub
    request.add_header("Authorization", f"token {token}")
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    return ask(request)


NO_PROXY = urllib.request.ProxyHandler({})
"""A proxy in the environment is not meant for the loopback address."""


class Browser:
    """One browser, with its cookies, on one hub."""

    def __init__(self, url: str) -> None:
        """Start at the hub's public address, without a slash at its end."""
        self._url = url
        self._cookies = CookieJar()
        keep = urllib.request.HTTPCookieProcessor(self._cookies)
        self._opener = urllib.request.build_opener(keep, NO_PROXY)

    def open(self, path: str, form: dict[str, str] | None = None) -> Reply:
        """Open a page, or send a form to it, and follow all redirects."""
        address = self._url + quote(path, safe="/?=&%")
        data = urlencode(form).encode() if form is not None else None
        return ask(urllib.request.Request(address, data), self._opener)  # noqa: S310 - our own hub

    def login(self, user: str) -> Reply:
        """Fill in the login form."""
        self.open("/hub/login")
        token = next(cookie.value for cookie in self._cookies if cookie.name == "_xsrf")
        # Where the form leads next: the hub's home page starts no server, `/hub/` would.
        form = {"username": user, "password": "any", "_xsrf": token or ""}
        return self.open("/hub/login?next=%2Fhub%2Fhome", form)
