"""Words of a command line, compared with what traitlets' own loader makes of them."""

from __future__ import annotations

import pytest
from traitlets import Bool, Integer, Set, Unicode
from traitlets.config import Application, Configurable

from jhwizard.jupyter.command_line import mentioned, options, text_for, value_of


class MappingKernelManager(Configurable):
    cull_idle_timeout = Integer().tag(config=True)
    cull_busy = Bool().tag(config=True)


class KernelSpecManager(Configurable):
    allowed_kernelspecs = Set().tag(config=True)


class ServerApp(Application):
    classes = [MappingKernelManager, KernelSpecManager]  # noqa: RUF012  # as traitlets has it
    default_url = Unicode().tag(config=True)
    aliases = {"port": "ServerApp.port", "ip": "ServerApp.ip"}  # noqa: RUF012
    flags = {"no-browser": ({"ServerApp": {"open_browser": False}}, "")}  # noqa: RUF012


def as_traitlets(words: list[str]) -> dict[tuple[str, str], object] | None:
    """Return what the loader makes of the traits above; None where the program ends."""
    app = ServerApp()
    try:
        app.parse_command_line(words)
    except SystemExit:
        return None
    known = ("default_url", "cull_idle_timeout", "cull_busy", "allowed_kernelspecs")
    found = app.cli_config
    return {(c, t): v for c, section in found.items() for t, v in section.items() if t in known}


def as_read(words: list[str]) -> dict[tuple[str, str], object] | None:
    """Return the same by jhwizard; None where it says that no server starts."""
    found: dict[tuple[str, str], object] = {}
    for option in options(words):
        name = option.cls, option.trait
        if option.text is None or name in found:
            return None
        found[name] = value_of(option.trait, option.text)
    return found


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    "words",
    [
        ["--MappingKernelManager.cull_idle_timeout=5"],
        ["--MappingKernelManager.cull_idle_timeout", "5"],
        ["-MappingKernelManager.cull_idle_timeout=5"],
        ["--MappingKernelManager.cull_idle_timeout", "-5"],
        ["--MappingKernelManager.cull_idle_timeout=1_000"],
        [
            "--MappingKernelManager.cull_idle_timeout=5",
            "--MappingKernelManager.cull_idle_timeout=6",
        ],
        ["--MappingKernelManager.cull_idle_timeout"],
        ["--MappingKernelManager.cull_idle_timeout", "--no-browser"],
        ["--MappingKernelManager.cull_busy=TRUE", "--no-browser", "--port", "88", "--ip=::1"],
        ["--MappingKernelManager.cull_busy=yes"],
        ["--ServerApp.default_url=/lab"],
        ["--ServerApp.default_url", "/lab?reset=1"],
        ["--ServerApp.default_url='/lab'"],
        ["--ServerApp.default_url="],
        ["--ServerApp.default_url=a=b"],
        ["--KernelSpecManager.allowed_kernelspecs=ir"],
        ["--KernelSpecManager.allowed_kernelspecs={'a', 'b'}"],
    ],
)
def test_words_mean_what_traitlets_makes_of_them(words: list[str]) -> None:
    assert as_read(words) == as_traitlets(words)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize(
    ("trait", "value"),
    [
        ("cull_idle_timeout", 1200),
        ("cull_busy", True),
        ("default_url", "/lab/tree/a b.ipynb"),
        ("allowed_kernelspecs", {"ir", "python3"}),
    ],
)
def test_a_value_is_written_so_that_it_is_read_back(trait: str, value: object) -> None:
    text = text_for(trait, value)
    assert text is not None
    cls = {"default_url": "ServerApp", "allowed_kernelspecs": "KernelSpecManager"}
    name = cls.get(trait, "MappingKernelManager")
    assert as_traitlets([f"--{name}.{trait}={text}"]) == {(name, trait): value}
    assert as_traitlets([f"--{name}.{trait}", text]) == {(name, trait): value}


def test_a_value_that_cannot_be_said_is_none() -> None:
    assert text_for("default_url", "'/lab'") is None
    assert text_for("tornado_settings", {}) is None


def test_what_a_text_names_as_an_option_is_found_wherever_it_stands() -> None:
    text = "x = f'--ServerApp.default_url={page}'  --debug --MappingKernelManager.cull_busy"
    assert mentioned(text) == {
        ("ServerApp", "default_url"),
        ("MappingKernelManager", "cull_busy"),
    }
