"""`jhwizard check`: what it prints, and its exit status."""

from __future__ import annotations

from pathlib import Path

from running import document, verb

from jhwizard.errors import Status

HUB = "etc/jupyterhub/jupyterhub_config.py"


def test_the_demonstration_machine_has_a_warning_and_no_error(demo: Path) -> None:
    done = verb("check", "--root", demo)
    assert done.returncode == Status.DONE
    assert "warning: /usr/local/share/jupyter/kernels/physics-2019: " in done.stdout
    assert done.stdout.splitlines()[0].endswith("[kernel-broken]")
    assert done.stderr.splitlines()[-1].startswith("errors: 0, warnings: 1")


def test_an_error_is_3_with_its_place_and_what_mends_it(demo: Path) -> None:
    with (demo / HUB).open("a") as file:
        file.write("c.MappingKernelManager.cull_idle_timeout = 1200\n")
    line = len((demo / HUB).read_text().splitlines())
    done = verb("check", "--root", demo)
    assert done.returncode == Status.REFUSED
    first, fix, *_others = done.stdout.splitlines()
    assert first.startswith(f"error: /{HUB}:{line}: c.MappingKernelManager.cull_idle_timeout means")
    assert fix == "  Answer culling.kernel_idle = 20m, and take this line out."


def test_json_has_exactly_the_keys_that_are_promised(demo: Path) -> None:
    with (demo / HUB).open("a") as file:
        file.write("c.ServerApp.port_retries = 0\n")
    done = verb("check", "--root", demo, "--json")
    assert done.returncode == Status.REFUSED
    found = document(done)
    assert set(found) == {"version", "findings"}
    findings = found["findings"]
    assert isinstance(findings, list)
    keys = {"rule", "level", "text", "keys", "file", "line", "fix"}
    assert {frozenset(finding) for finding in findings} == {frozenset(keys)}
    assert (findings[0]["rule"], findings[0]["level"]) == ("server-trait-in-hub-file", "error")
    assert findings[0]["file"] == f"/{HUB}"


def test_with_answers_it_judges_what_would_be(demo: Path, tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('[culling]\nserver_idle = "30m"\n')
    assert "culling-kernels-keep-server" not in verb("check", "--root", demo).stdout
    done = verb("check", answers, "--root", demo)
    assert "culling-kernels-keep-server" in done.stdout, done.stderr
    assert "culling-kernels-keep-server" not in verb("check", "--root", demo).stdout
    saved = tmp_path / "plan.json"
    verb("plan", answers, "--root", demo, "-o", saved)
    assert verb("check", saved, "--root", demo).stdout == done.stdout


def test_a_machine_without_anything_wrong_says_so(tmp_path: Path) -> None:
    done = verb("check", "--root", tmp_path)
    assert (done.returncode, done.stdout) == (Status.DONE, "Nothing was found.\n")
