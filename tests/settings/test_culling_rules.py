from __future__ import annotations

from machines import machine
from rules import said

FACTS = machine({})


def test_a_server_that_idle_kernels_keep_is_warned_about() -> None:
    text = said(FACTS, "culling", server_idle="1h")["warning culling.server_idle"]
    assert "idle kernels are never stopped: give kernels a time too, such as 20m" in text
    both = said(FACTS, "culling", server_idle="1h", kernel_idle="20m")
    assert "warning culling.server_idle" not in both


def test_an_interval_above_the_time_is_warned_about_with_what_it_means() -> None:
    given = said(FACTS, "culling", kernel_idle="2m", kernel_interval="10m")
    assert (
        "one lives for up to 12m: write an interval below 2m"
        in (given["warning culling.kernel_interval"])
    )


def test_terminals_and_open_tabs_are_told_of() -> None:
    given = said(FACTS, "culling", server_idle="1h", kernel_idle="20m")
    assert "terminal" in given["note culling.server_idle"]
    assert "browser tab" in given["note culling.kernel_idle"]
    assert said(FACTS, "culling") == {}


def test_what_stops_running_work_is_warned_about() -> None:
    given = said(FACTS, "culling", kernel_idle="20m", kernel_busy=True, terminal_idle="1h")
    assert "runs for 20m without any output" in given["warning culling.kernel_busy"]
    assert "prints nothing for 1h is killed" in given["warning culling.terminal_idle"]
    connected = said(FACTS, "culling", kernel_idle="20m", kernel_connected=True)
    assert "note culling.kernel_idle" not in connected


def test_what_has_no_effect_without_a_time_is_warned_about() -> None:
    for key in ("kernel_connected", "kernel_busy"):
        given = said(FACTS, "culling", **{key: True})
        assert "Idle kernels are never stopped, so" in given["warning culling.kernel_idle"]
    given = said(FACTS, "culling", terminal_idle="2m", terminal_interval="10m")
    assert "up to 12m: write an interval below 2m" in given["warning culling.terminal_interval"]
    assert "warning culling.terminal_interval" not in said(
        FACTS, "culling", terminal_interval="10m"
    )
