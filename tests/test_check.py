"""The doctor as a whole: errors first, each thing once, and nothing of what is meant so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from machines import ETC, HUB, facts_of, machine

from jhwizard.check import check
from jhwizard.rules.rule import Finding
from jhwizard.summary import oddities
from jhwizard.understand import understand


def said(files: dict[object, str], **packages: str) -> list[str]:
    found = check(machine(files, **packages))  # type: ignore[arg-type]
    return [f"{f.level} {f.where}: {f.text}" for f in found]


def rules(files: dict[object, str], **packages: str) -> list[str]:
    found: tuple[Finding, ...] = check(machine(files, **packages))  # type: ignore[arg-type]
    return [f.rule for f in found]


def test_a_bare_machine_has_nothing_wrong() -> None:
    assert check(facts_of("bare")) == ()


def test_errors_come_first_and_each_thing_once() -> None:
    found = check(facts_of("hostile"))
    levels = [finding.level for finding in found]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    assert len(set(found)) == len(found)


def test_kernel_culling_in_the_hubs_file_is_told_with_the_answer_that_moves_it() -> None:
    text = "c.MappingKernelManager.cull_idle_timeout = 20 * 60\n"
    (found,) = [f for f in check(machine({HUB: text})) if f.level == "error"]
    assert found.where == f"{HUB}:1"
    assert found.text.startswith("c.MappingKernelManager.cull_idle_timeout means nothing in the")
    assert found.fix is not None
    assert found.fix.answers == {"culling.kernel_idle": 1200}
    assert found.fix.words == "Answer culling.kernel_idle = 20m, and take this line out."


def test_a_trait_no_question_is_about_moves_as_any_other_trait() -> None:
    (found,) = [
        f
        for f in check(machine({HUB: "c.ServerApp.port_retries = 0\n"}))
        if f.fix and f.fix.answers
    ]
    assert found.fix is not None
    assert found.fix.answers == {"environment.traits": {"ServerApp.port_retries": 0}}
    assert "/etc/jupyter/jupyter_server_config.py" in found.fix.words


@pytest.mark.parametrize(
    "near",
    [
        "class KernelSpecManager: pass\nc.KernelSpecManager.x = 1\n",
        "from own import ServerApp\nc.ServerApp.x = 1\n",
        (
            "c.ServerApp.x = 1\nc.JupyterHub.services = [{'name': 'nb', 'command': ['jupyter', "
            "'server', '--config', '/etc/jupyterhub/jupyterhub_config.py']}]\n"
        ),
        "# c.ServerApp.x = 1\n",
        "c.JupyterHub.services = [{'name': 'a', 'url': 'c.ServerApp.x'}]\n",
        (
            "c.ServerApp.x = 1\nc.DockerSpawner.volumes = "
            "{'/etc/jupyterhub/jupyterhub_config.py': '/etc/jupyter/jupyter_server_config.py'}\n"
        ),
    ],
)
def test_what_a_hubs_file_may_mean_otherwise_is_left_alone(near: str) -> None:
    assert "server-trait-in-hub-file" not in rules({HUB: near})


@pytest.mark.parametrize(
    ("line", "fires"),
    [
        ("c.Spawner.environment['A'] = '1'\n", True),
        ("c.Spawner.environment.update({'B': '2'})\nc.Spawner.environment['A'] = '1'\n", True),
        ("c.Spawner.environment = {}\nc.Spawner.environment['A'] = '1'\n", False),
        ("setup(c)\nc.Spawner.environment['A'] = '1'\n", False),
        ("if x:\n    c.Spawner.environment = {}\nc.Spawner.environment['A'] = '1'\n", False),
        ("try:\n    c.Spawner.environment['A'] = '1'\nexcept TypeError:\n    pass\n", False),
        ("c.JupyterHub.services.append({'name': 'a'})\n", False),
        ("c.JupyterHub.services += services()\n", False),
    ],
)
def test_an_addition_ends_a_file_only_where_nothing_can_be_there(line: str, *, fires: bool) -> None:
    assert ("added-to-nothing" in rules({HUB: line})) is fires
    assert ("added-to-nothing" in rules({ETC: line})) is fires


def test_the_effect_is_that_of_the_program_which_reads_the_file() -> None:
    line = "c.ServerApp.jpserver_extensions['a'] = True\n"
    assert any("all that the file sets is lost" in text for text in said({ETC: line}))
    assert any("the hub does not start" in text for text in said({HUB: line}))


@pytest.mark.parametrize(
    ("words", "version", "rule"),
    [
        ("'--cull-users'", "2.0.0", "culler-does-not-start"),
        ("'--cull-users'", "1.4.0", ""),
        ("'--timeout', '1200'", "1.4.0", "culler-does-not-start"),
        ("'--timeout', '1200'", "2.0.0", ""),
        ("'--timeout=1h'", "2.0.0", "culler-does-not-start"),
        ("'--timeout=1'", "2.0.0", "culler-does-not-start"),
        ("'--timout=1200'", "1.4.0", "culler-does-not-start"),
        ("'--timout=1200'", "2.0.0", "culler-word-misspelt"),
        ("'--cull_users=True'", "2.0.0", "culler-word-misspelt"),
        ("'--cull-user=True'", "2.0.0", ""),
        ("'--IdleCuller.timeout=1200'", "2.0.0", ""),
        ("'--cull-named-servers=False'", "2.0.0", ""),
        ("timeout()", "2.0.0", ""),
    ],
)
def test_the_cullers_words_are_judged_by_the_version_that_reads_them(
    words: str, version: str, rule: str
) -> None:
    command = f"['/opt/jupyterhub/bin/python3', '-m', 'jupyterhub_idle_culler', {words}]"
    text = (
        f"c.JupyterHub.services = [{{'name': 'cull', 'command': {command}}}]\n"
        "c.JupyterHub.load_roles = [{'name': 'cull', 'services': ['cull'], 'scopes': "
        "['list:users', 'read:users:activity', 'read:servers', 'delete:servers']}]\n"
    )
    found = rules({HUB: text}, **{"jupyterhub-idle-culler": version})
    assert [name for name in found if name.startswith("culler-")] == ([rule] if rule else [])


def test_what_the_doctor_alone_says_is_not_on_the_first_page() -> None:
    facts = machine({HUB: "c.JupyterHub.authenticator_class = 'pam'\n"})
    assert [finding.rule for finding in check(facts)] == ["nobody-can-log-in"]
    assert oddities(facts) == []


@pytest.mark.parametrize(
    "line",
    [
        "c.Authenticator.allow_all = True\n",
        "c.PAMAuthenticator.admin_groups = {'wheel'}\n",
        "c.JupyterHub.admin_users = {'ada'}\n",
        "c.JupyterHub.authenticator_class = 'own.Authenticator'\n",
        "c.JupyterHub.authenticator_class = authenticator()\n",
        "setup(c)\n",
    ],
)
def test_that_nobody_can_log_in_is_said_only_where_it_is_certain(line: str) -> None:
    assert "nobody-can-log-in" not in rules({HUB: line})
    assert "nobody-can-log-in" not in rules({HUB: "#\n"}, jupyterhub="4.1.6")


def test_a_line_is_not_beaten_by_one_inside_an_if() -> None:
    text = "c.Spawner.default_url = '/tree'\nif x:\n    c.Spawner.default_url = '/lab'\n"
    assert "shadowed-value" not in rules({HUB: text})


def test_a_list_in_a_page_config_is_told_once_and_as_what_it_does() -> None:
    page = ETC.with_name("labconfig") / "page_config.json"
    found = check(machine({page: '{"disabledExtensions": ["@x/y"]}'}))
    assert [(f.rule, f.where) for f in found] == [("page-config-list", f"{page}:1")]
    assert "every page an error 500" in found[0].text


def test_a_hubs_file_that_servers_load_too_may_say_what_is_theirs() -> None:
    files = {HUB: "c.ServerApp.port_retries = 0\n", ETC: f"load_subconfig('{HUB}')\n"}
    assert "server-trait-in-hub-file" not in rules(files)  # type: ignore[arg-type]


CULLER = (
    "{'name': '%s', 'command': ['/opt/jupyterhub/bin/python3', '-m', 'jupyterhub_idle_culler'%s]}"
)
NAMED, DEFAULT = "--cull-default-servers=False", "--cull-named-servers=False"


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (f"c.JupyterHub.services = [{CULLER % ('a', '')}]\n", "culler-without-role"),
        (f"c.JupyterHub.services = [{CULLER % ('a', '')}, x]\n", ""),
        (
            (
                f"c.JupyterHub.services = [{CULLER % ('a', '')}]\n"
                "c.JupyterHub.load_roles = [{'name': 'a', 'services': [name()]}]\n"
            ),
            "",
        ),
        (
            (
                f"c.JupyterHub.services = [{CULLER % ('a', '')}]\n"
                "c.JupyterHub.load_roles = [{'name': 'admin', 'services': ['a']}]\n"
            ),
            "",
        ),
        (
            (
                f"c.JupyterHub.services = [{CULLER % ('a', '')}, {CULLER % ('b', '')}]\n"
                "c.JupyterHub.load_roles = [{'name': 'admin', 'services': ['a', 'b']}]\n"
            ),
            "two-cullers",
        ),
        (
            (
                f"c.JupyterHub.services = [{CULLER % ('a', f', {NAMED!r}')}, "
                f"{CULLER % ('b', f', {DEFAULT!r}')}]\n"
                "c.JupyterHub.load_roles = [{'name': 'admin', 'services': ['a', 'b']}]\n"
            ),
            "",
        ),
        ("c.JupyterHub.load_roles = [{'name': 'a', 'services': ['a']}]\n", "role-of-no-service"),
        (
            (
                "c.JupyterHub.service_tokens = {'a': 'x'}\n"
                "c.JupyterHub.load_roles = [{'name': 'a', 'services': ['a']}]\n"
            ),
            "",
        ),
    ],
)
def test_a_cullers_rights_are_judged_only_where_all_is_known(text: str, rule: str) -> None:
    found = rules({HUB: text}, **{"jupyterhub-idle-culler": "2.0.0"})
    about = ("culler-", "role-of", "two-")
    assert [name for name in found if name.startswith(about)] == ([rule] if rule else [])


def test_a_spawner_that_makes_text_of_numbers_is_left_alone() -> None:
    line = "c.Spawner.environment = {'A': 1, 'PYTHONNOUSERSITE': 1}\n"
    assert {"variable-is-no-text", "unusable-value"} <= set(rules({HUB: line}))
    docker = f"c.JupyterHub.spawner_class = 'docker'\n{line}"
    assert not {"variable-is-no-text", "unusable-value"} & set(rules({HUB: docker}))


def test_kernels_that_a_package_makes_up_may_be_the_default() -> None:
    line = "c.MultiKernelManager.default_kernel_name = 'conda-env-a-py'\n"
    specs = facts_of("values").kernelspecs
    for packages, fires in (({}, True), ({"nb-conda-kernels": "2.5.1"}, False)):
        facts = understand(replace(machine({ETC: line}, **packages), kernelspecs=specs))
        there = [finding.rule for finding in check(facts)]
        assert ("kernels-unknown-default" in there) is fires


def test_a_file_for_a_newer_python_than_jhwizards_is_not_said_to_be_lost() -> None:
    facts = machine({ETC: "if True\n"})
    assert facts.user is not None
    newer = understand(replace(facts, user=replace(facts.user, python_version="3.99.1")))
    assert [(f.rule, f.level) for f in check(facts)] == [("broken-file", "error")]
    assert [(f.rule, f.level) for f in check(newer)] == [("broken-file", "warning")]
