from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jhwizard.printable import printable, redacted, shown


@given(st.text(), st.integers(2, 50))
def test_nothing_shown_can_act_on_a_terminal(text: str, width: int) -> None:
    assert shown(text, width).isprintable()
    assert len(shown(text, width)) <= width
    assert printable(text).replace("\n", "").replace("\t", "").isprintable()


def test_marks_that_hide_text_are_seen() -> None:
    assert printable("a\x1b[2J\u202eb\u2028") == "a\\x1b[2J\\u202eb\\u2028"


@pytest.mark.parametrize(
    "line",
    [
        'c.JupyterHub.proxy_auth_token = "hunter2"',
        "c.OAuthenticator.client_secret = 'hunter2'",
        '{"name": "x", "api_token": "hunter2"}',
        'c.JupyterHub.cookie_secret = bytes.fromhex("hunter2")',
        'c.CryptKeeper.private_key = ["hunter2"]',
        'password = "a\\"hunter2"',
        'db_password = b"hunter2"',
        'c.JupyterHub.db_url = "postgresql://hub:hunter2@db/hub"',
        "c.JupyterHub.db_url = 'mysql://:hunter2@db/hub'",
        "--ServerApp.token=hunter2",
        "--api-token=hunter2 and more",
    ],
)
def test_secrets_are_left_out(line: str) -> None:
    assert "hunter2" not in redacted(line)
    assert "…" in redacted(line)


def test_what_is_no_secret_stays() -> None:
    line = 'c.JupyterHub.bind_url = "http://127.0.0.1:8000/"  # user@host'
    assert redacted(line) == line
