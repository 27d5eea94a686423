from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import machines
import pytest
from machines import ENV, ETC, HUB, found, machine

from jhwizard.facts import Problem
from jhwizard.understand import understand, with_files

CULL = "c.MappingKernelManager.cull_idle_timeout = 600\n"


def test_malformed_json_is_passed_over_as_the_server_does() -> None:
    json = ENV.with_suffix(".json")
    for text in ("{,}", "[]", '{"version": 2, "MappingKernelManager": {}}'):
        assert found("culling.kernel_idle", {ETC: CULL, json: text}).value == 600


def test_json_that_jupyter_reads_and_jhwizard_does_not_makes_values_unknown() -> None:
    twice = '{"A": 1, "A": 2, "MappingKernelManager": {"cull_idle_timeout": 5}}'
    known = found("culling.kernel_idle", {ETC: CULL, ENV.with_suffix(".json"): twice})
    assert known.kind == "unknown"


@pytest.mark.parametrize("path", [HUB, HUB.with_suffix(".json")])
def test_a_broken_hub_file_is_told_with_its_line(path: PurePosixPath) -> None:
    known = found("interface.app", {path: "\n{,}\n"})
    assert (known.kind, known.file, known.line) == ("unknown", path, 2)
    assert known.reason


def test_a_file_that_cannot_be_read_leaves_nothing_certain() -> None:
    facts = machine({ETC: CULL})
    facts = understand(replace(facts, unreadable={ENV: Problem("it cannot be read")}))
    assert facts.found["culling.kernel_idle"].reason == "it cannot be read"
    assert facts.found["named_servers.allow"].kind == "default"


def test_the_hubs_json_file_beats_its_python_file() -> None:
    json = '{"JupyterHub": {"allow_named_servers": true}}'
    files = {HUB: "c.JupyterHub.allow_named_servers = False\n", HUB.with_suffix(".json"): json}
    assert found("named_servers.allow", files).value is True


def test_an_extensions_file_counts_only_with_its_extension() -> None:
    lab = ENV.with_name("jupyter_lab_config.py")
    assert found("culling.kernel_idle", {lab: CULL}).value == 600
    assert found("culling.kernel_idle", {lab: CULL}, jupyterlab="3.0.1").value == 0
    notebook = ENV.with_name("jupyter_notebook_config.py")
    assert found("culling.kernel_idle", {notebook: CULL}).value == 600


def test_what_would_be_is_understood_like_what_is() -> None:
    facts = machines.facts_of("values")
    gone = {path: None for path in facts.files if path.name.startswith("jupyter_server_config.")}
    bare = with_files(facts, gone)
    assert bare.found["culling.kernel_idle"].kind == "default"
    assert bare.found["extensions.server"].value == {
        "jupyterlab": True,
        "nbclassic": True,
        "nbgitpuller": True,
        "notebook": True,
    }
    assert with_files(facts, {}).found == facts.found
