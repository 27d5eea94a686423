"""A line that may do anything is told once, whatever else it touches."""

from __future__ import annotations

from machines import HUB, found

KEYS = ("interface.default_url", "named_servers.allow", "environment.users_may_override")


def test_a_line_that_may_do_anything_is_one_layer_of_each_setting() -> None:
    text = (
        "import a\nc.Spawner.environment = {'A': '1'}\nc.Spawner.default_url = '/lab'\n"
        "c.JupyterHub.allow_named_servers = True\na.f(c.Spawner)\nexec(a.b)\na.f()\n"
    )
    for key in KEYS:
        setting = found(key, {HUB: text})
        lines = [each.line for each in (setting, *setting.shadows)]
        assert len(lines) == len(set(lines)), (key, lines)
        assert setting.reason == "`exec` may change anything"
