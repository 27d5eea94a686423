"""What becomes of the servers' settings when people's servers become another application."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import machines
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from machines import ENV, ETC, HUB, OURS, after, machine, planned, text_of

from jhwizard.answers import Answers, write_answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.jupyter.python_editing import with_block
from jhwizard.make_plan import make_plan
from jhwizard.understand import with_files
from jhwizard.verify import verify

CLASSIC = '[interface]\napp = "classic"\n'
NBCLASSIC = '[interface]\napp = "nbclassic"\n'
MODERN_D = ENV.parent / "jupyter_server_config.d/jupyter_lsp.json"
LEGACY_D = ENV.parent / "jupyter_notebook_config.d/nbgitpuller.json"
LEGACY_ETC = ETC.with_name("jupyter_notebook_config.py")
LEGACY_ENV = ENV.with_name("jupyter_notebook_config.py")
LEGACY_OURS = LEGACY_D.with_name("zz_jhwizard.json")
INSTALLED = {
    MODERN_D: '{"ServerApp": {"jpserver_extensions": {"jupyter_lsp": true}}}',
    LEGACY_D: '{"NotebookApp": {"nbserver_extensions": {"nbgitpuller": true}}}',
}
WISHES = """
[culling]
server_idle = "1h"
kernel_idle = "20m"
terminal_idle = "3h"
[extensions]
server = { jupyter_lsp = false }
[kernels]
allowed = ["python3"]
native = false
[environment]
traits = { ServerApp.port_retries = 7 }
"""
MOVED = (
    *("culling.server_idle", "culling.kernel_idle", "culling.terminal_idle"),
    *("kernels.allowed", "kernels.native"),
)


def notebook6(files: dict[PurePosixPath, str], target: str = "system") -> Facts:
    return machine(INSTALLED | files, target=target, notebook="6.5.7", jupyter_client="7.4.9")


def notices(facts: Facts, toml: str) -> list[str]:
    found = planned(facts, toml).warnings
    assert all(str(n.file) in n.text and str(n.line) in n.text for n in found if n.file)
    return [n.text for n in found if n.file]


@pytest.mark.parametrize(
    ("target", "modern", "legacy"), [("system", ETC, LEGACY_ETC), ("env", ENV, LEGACY_ENV)]
)
def test_what_is_ours_moves_to_the_other_file_and_class_and_back_byte_for_byte(
    target: str, modern: PurePosixPath, legacy: PurePosixPath
) -> None:
    written = after(notebook6({}, target), NBCLASSIC + WISHES)
    classic = after(written, CLASSIC)
    assert text_of(classic, modern) == ""
    assert "c.NotebookApp.shutdown_no_activity_timeout = 3600" in text_of(classic, legacy)
    assert "c.NotebookApp.port_retries = 7" in text_of(classic, legacy)
    assert "ServerApp" not in text_of(classic, legacy)
    for key in MOVED:
        assert classic.found[key].value == written.found[key].value
        assert classic.found[key].file == legacy
    back = after(classic, NBCLASSIC)
    for path in (modern, legacy, HUB, OURS, LEGACY_OURS):
        assert text_of(back, path) == text_of(written, path), path


def test_our_switches_move_to_the_other_directory_and_only_ours() -> None:
    classic = after(after(notebook6({}, "env"), WISHES), CLASSIC)
    assert text_of(classic, OURS) == ""
    assert '"nbserver_extensions": {\n      "jupyter_lsp": false\n    }' in text_of(
        classic, LEGACY_OURS
    )
    assert classic.found["extensions.server"].value == {"jupyter_lsp": False, "nbgitpuller": True}


def test_the_admins_lines_stay_and_are_named_with_file_and_line() -> None:
    admins = "c.ServerApp.max_body_size = 5\nc.MappingKernelManager.cull_idle_timeout = 60\n"
    old = "c.MappingKernelManager.cull_interval = 7\nc.NotebookApp.default_url = '/tree/a'\n"
    facts = notebook6({ETC: admins, LEGACY_ETC: old})
    said = notices(facts, CLASSIC)
    assert [text.partition(", as people")[0] for text in said] == [
        f"{ETC}, line 1: c.ServerApp.max_body_size no longer counts",
        f"{ETC}, line 2: c.MappingKernelManager.cull_idle_timeout no longer counts",
        f"{LEGACY_ETC}, line 2: c.NotebookApp.default_url counts from now on",
    ]
    classic = after(facts, CLASSIC)
    assert (text_of(classic, ETC), text_of(classic, LEGACY_ETC)) == (admins, old)
    assert classic.found["culling.kernel_idle"].value == 0
    assert classic.found["culling.kernel_interval"].value == 7
    back = notices(classic, NBCLASSIC)
    assert f"{LEGACY_ETC}, line 2: c.NotebookApp.default_url no longer counts" in back[0]
    assert f"{ETC}, line 1: c.ServerApp.max_body_size counts from now on" in back[1]


def test_what_is_answered_together_with_the_application_holds_there() -> None:
    facts = notebook6({ETC: "c.MappingKernelManager.cull_idle_timeout = 1200\n"})
    wanted = CLASSIC + '[culling]\nkernel_idle = "20m"\n'  # as it is already, on the modern server
    classic = after(facts, wanted)
    assert classic.found["culling.kernel_idle"].value == 1200
    assert classic.found["culling.kernel_idle"].file == LEGACY_ETC
    everything = write_answers(facts).replace('app = "lab"', 'app = "classic"')
    assert after(facts, everything).found["culling.kernel_idle"].value == 1200


def test_a_line_of_the_admins_in_the_other_file_is_overridden_and_stays() -> None:
    theirs = "c.NotebookApp.shutdown_no_activity_timeout = 60  # mine\n"
    written = after(notebook6({}), '[culling]\nserver_idle = "1h"\n')
    written = with_files(written, {LEGACY_ETC: theirs.encode()})
    classic = after(written, CLASSIC)
    assert text_of(classic, LEGACY_ETC).startswith(theirs)
    assert classic.found["culling.server_idle"].value == 3600
    assert any("stays as it is" in text for text in notices(written, CLASSIC))
    assert text_of(after(classic, NBCLASSIC), LEGACY_ETC) == theirs


def test_what_the_legacy_notebook_has_nothing_like_goes_and_is_named() -> None:
    written = after(notebook6({}), "[extensions]\nusers_may_install = false\n")
    (said,) = notices(written, CLASSIC)
    assert said.endswith("has nothing like it, and what jhwizard wrote goes for good")
    assert "LabApp" not in text_of(after(written, CLASSIC), LEGACY_ETC)
    with pytest.raises(RefusedError, match="users_may_install means nothing to the"):
        planned(notebook6({}), f"{CLASSIC}[extensions]\nusers_may_install = false\n")


def test_blocks_nobody_reads_are_left_alone_and_named_until_the_application_changes() -> None:
    written = after(notebook6({}), NBCLASSIC + WISHES)
    own = 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n'
    own += text_of(written, HUB)
    by_hand = with_files(written, {HUB: own.encode()})
    assert by_hand.legacy
    assert by_hand.found["culling.kernel_idle"].value == 0
    assert planned(by_hand, "").changes == ()
    assert any(
        "jhwizard's lines there do not count" in n.text for n in planned(by_hand, "").warnings
    )
    back = after(by_hand, NBCLASSIC)
    assert "# >>>" not in text_of(back, ETC)  # what did not count does not come into force
    assert back.found["culling.kernel_idle"].value == 0


def test_our_lines_for_the_legacy_notebook_stay_where_the_modern_server_reads_its_file() -> None:
    classic = after(notebook6({}), CLASSIC + WISHES)
    by_hand = with_files(classic, {HUB: b""})
    assert not by_hand.legacy
    assert planned(by_hand, "").changes == ()
    assert planned(by_hand, write_answers(by_hand)).changes == ()


def test_a_plan_that_loses_or_invents_something_on_the_way_is_refused() -> None:
    written = after(notebook6({}), NBCLASSIC + WISHES)
    answers = Answers(written)
    answers.give("interface.app", "classic")
    plan = make_plan(written, answers)
    host = machines.host_of("bare")
    verify(plan, written, answers, host)
    for old, new in [
        (b"cull_idle_timeout = 1200", b"cull_idle_timeout = 1300"),
        (b"c.MappingKernelManager.cull_idle", b"c.Other.cull_idle"),
        (b"# A kernel", b"c.MappingKernelManager.cull_busy = True\n# A kernel"),
        (b'"jupyter_lsp": False', b'"jupyter_lsp": False, "nbgitpuller": False'),
        (b'"jupyter_lsp": False', b'"jupyter_lsp": True'),
        (b"port_retries = 7", b"port_retries = 8"),
        (b"port_retries = 7", b"port_retries = 7\nc.NotebookApp.ip = '0.0.0.0'"),
    ]:
        changes = tuple(replace(c, after=(c.after or b"").replace(old, new)) for c in plan.changes)
        with pytest.raises(RefusedError):
            verify(replace(plan, changes=changes), written, answers, host)


_OF_THE_ADMIN = st.sampled_from(
    [
        "c.ServerApp.shutdown_no_activity_timeout = 60",
        "c.NotebookApp.shutdown_no_activity_timeout = 70",
        "c.MappingKernelManager.cull_idle_timeout = 80",
        "c.AsyncMappingKernelManager.cull_idle_timeout = 90",
        "c.MappingKernelManager.cull_idle_timeout = int(90)",
        'c.ServerApp.jpserver_extensions = {"jupyter_lsp": False}',
        'c.NotebookApp.nbserver_extensions.update({"nbgitpuller": False})',
        'c.NotebookApp.default_url = "/tree/a"',
        'c.ServerApp.default_url = "/lab"',
        'c.KernelSpecManager.allowed_kernelspecs = {"ir"}',
    ]
)
_FILES = st.dictionaries(
    st.sampled_from([ETC, ENV, LEGACY_ETC, LEGACY_ENV, ETC.with_name("jupyter_config.py")]),
    st.lists(_OF_THE_ADMIN, max_size=3).map(lambda lines: "\n".join([*lines, ""])),
)
_HUBS = st.sampled_from(
    [
        "",
        'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n',
        'c.Spawner.environment["JUPYTERHUB_SINGLEUSER_APP"] = "notebook.notebookapp.NotebookApp"\n',
        'c.Spawner.default_url = "/tree/b"\n',
    ]
)
_STEPS = st.lists(
    st.sampled_from(
        [
            CLASSIC,
            NBCLASSIC,
            '[interface]\napp = "lab"\n',
            '[interface]\napp = "default"\n',
            '[interface]\ndefault_url = "/tree/c"\n',
            '[interface]\ndefault_url = "/lab"\n',
            '[interface]\ndefault_url = "default"\n',
            WISHES,
            CLASSIC + WISHES,
            NBCLASSIC + WISHES,
            '[culling]\nserver_idle = "default"\nkernel_idle = "default"\n',
        ]
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(_FILES, _HUBS, st.sampled_from(["system", "env"]), _STEPS)
def test_whatever_moves_is_proved_and_leaves_the_admins_lines(
    files: dict[PurePosixPath, str], hub: str, target: str, steps: list[str]
) -> None:
    facts = notebook6({**files, HUB: hub}, target)
    for step in steps:
        try:
            new = after(facts, step)
        except RefusedError as error:
            assert "report this" not in error.text  # noqa: PT017 - a refusal is as good an end
            continue
        assert planned(new, "").changes == ()
        assert planned(new, write_answers(new)).changes == ()
        facts = new
    if "default" in str(steps):
        return  # that takes lines out
    for path, text in files.items():
        state = facts.files[path]
        there = with_block(state.content, []).decode() if state else ""
        assert _names(there) == _names(text)


def _names(text: str) -> list[str]:
    return [line.partition("=")[0] for line in text.splitlines()]


def test_a_default_takes_the_lines_of_both_applications_out_at_once() -> None:
    mine = {HUB: 'c.Spawner.environment = {"JUPYTERHUB_SINGLEUSER_APP": "notebook"}\n'}
    old = "c.NotebookApp.shutdown_no_activity_timeout = 1800\n"
    facts = notebook6({**mine, LEGACY_ETC: old, ETC: old.replace("Notebook", "Server")})
    wish = '[interface]\napp = "nbclassic"\n[culling]\nserver_idle = "default"\n'
    modern = after(facts, wish)
    assert modern.found["culling.server_idle"].kind == "default"
    assert planned(modern, wish).changes == ()


def test_default_takes_out_what_would_begin_to_count_with_the_move() -> None:
    facts = machines.facts_of("legacy")
    toml = '[interface]\napp = "lab"\n[culling]\nserver_idle = "default"\n'
    moved = machines.after(facts, toml)
    assert moved.found["culling.server_idle"].kind == "default"
    assert machines.planned(moved, toml).changes == ()
