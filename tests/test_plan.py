from __future__ import annotations

from pathlib import PurePosixPath

from jhwizard.plan import Change, Notice, Plan

HUB = PurePosixPath("/etc/jupyterhub/jupyterhub_config.py")


def test_a_warning_about_one_line_is_said_once_for_all_settings_of_it() -> None:
    text = f"{HUB}, line 14, stays as it is"
    both = Notice("named_servers.limit", text, HUB, 14), Notice("interface.app", text, HUB, 14)
    assert Plan(warnings=both).said == {text: ("named_servers.limit", "interface.app")}


def test_the_place_of_a_warning_is_named_once() -> None:
    assert Notice("interface.app", "it is a list", HUB, 3).words == f"it is a list ({HUB}:3)"
    assert Notice("interface.app", "it is a list", HUB).words == f"it is a list ({HUB})"
    assert Notice("interface.app", f"{HUB} is a list", HUB).words == f"{HUB} is a list"


def test_a_warning_about_a_file_is_tagged_with_none_of_its_settings() -> None:
    file = PurePosixPath("/etc/one.py")
    plan = Plan(warnings=(Notice("named_servers.limit", f"{file}, /etc/two.py will go", file),))
    assert plan.said == {"/etc/one.py, /etc/two.py will go": ()}


def test_line_ends_with_cr_are_seen_in_the_diff() -> None:
    change = Change(PurePosixPath("/a"), b"a\r\nb\r\n", b"a\r\nb\n", 0o644, None, "hub restart")
    assert [line for line in change.diff().splitlines() if line[1:2] == "b"] == ["-b\\r", "+b"]
