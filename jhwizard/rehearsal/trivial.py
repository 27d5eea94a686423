"""Answers every request with an empty page: a person's server, as far as the hub can tell.

For those people of a rehearsal of whom only the hub's own limits are of interest.
"""

from __future__ import annotations

import os
import signal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


class _Empty(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Say yes."""
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *_given: object) -> None:  # noqa: A002
        """Say nothing."""


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # how the hub stops it
    address = urlsplit(os.environ["JUPYTERHUB_SERVICE_URL"])
    ThreadingHTTPServer(
        (address.hostname or "127.0.0.1", address.port or 0), _Empty
    ).serve_forever()
