"""The admin's own culler is changed where it stands, by the smallest change, or refused."""

from __future__ import annotations

import difflib

import pytest
from machines import HUB, after, machine, planned, text_of

from jhwizard.errors import RefusedError
from jhwizard.facts import Facts

WORDS = 'sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"'
SERVICE = f'{{"name": "cull", "command": [{WORDS}]}}'
SCOPES = '["list:users", "read:users:activity", "read:servers", "delete:servers"]'
ROLE = f'{{"name": "r", "services": ["cull"], "scopes": {SCOPES}}}'
ROLES = f"c.JupyterHub.load_roles = [{ROLE}]\n"
LAID_OUT = """\
c.JupyterHub.services = [
    {
        "name": "cull",  # see the wiki
        "command": [
            sys.executable,
            "-m", "jupyterhub_idle_culler",
            "--timeout=3600",  # agreed in May
        ],
    },
    {"name": "grader", "api_token": os.environ["GRADER"]},
]
"""
FORMS = [
    f"c.JupyterHub.services = [{SERVICE}]\n",
    f"c.JupyterHub.services.append({SERVICE})\n",
    f"c.JupyterHub.services.extend([{SERVICE}])\n",
    f"c.JupyterHub.services = []\nc.JupyterHub.services += [{SERVICE}]\n",
    f"cull = {SERVICE}\nc.JupyterHub.services = [cull]\n",
    f"CULL = True\nif CULL:\n    c.JupyterHub.services.append({SERVICE})\n",
    f"c.JupyterHub.services = [{SERVICE.replace('[', '(').replace(']', ')')}]\n",
    LAID_OUT,
]


def hub(text: str, culler: str = "2.0.0") -> Facts:
    packages = {"jupyterhub-idle-culler": culler} if culler else {}
    return machine({HUB: "import os, sys\n" + text}, **packages)


def changed(facts: Facts, toml: str) -> list[str]:
    """Return the lines that go and come, without their indents."""
    there = after(facts, f"[culling]\n{toml}\n")
    old, new = (text_of(each, HUB).splitlines() for each in (facts, there))
    lines = difflib.unified_diff(old, new, n=0, lineterm="")
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize("text", FORMS)
def test_another_time_changes_one_word_and_nothing_else(text: str) -> None:
    facts = hub(text + ROLES)
    there = after(facts, '[culling]\nhub_idle = "20m"\n')
    assert text_of(there, HUB) == text_of(facts, HUB).replace("3600", "1200")
    assert there.found["culling.hub_idle"].value == 1200
    assert there.found["culling.hub_interval"].value == 600


@pytest.mark.parametrize("text", FORMS)
def test_each_option_is_a_word_that_comes_and_goes(text: str) -> None:
    facts = hub(text + ROLES)
    more = 'hub_interval = "1m"\nhub_max_age = "1d"\nhub_remove_named_servers = true\n'
    there = after(facts, "[culling]\n" + more)
    said = text_of(there, HUB)
    for word in ("--cull-every=60", "--max-age=86400", "--remove-named-servers=True"):
        assert said.count(f'"{word}"') == 1
    less = 'hub_interval = "default"\nhub_max_age = "never"\nhub_remove_named_servers = false\n'
    assert text_of(after(there, "[culling]\n" + less), HUB) == text_of(facts, HUB)


def test_new_words_stand_like_the_others() -> None:
    assert changed(hub(LAID_OUT + ROLES), 'hub_max_age = "1d"') == [
        '+            "--max-age=86400",',
    ]


def test_an_interval_of_its_own_stays_when_the_time_changes() -> None:
    facts = hub(LAID_OUT.replace("3600", '3600", "--cull-every=600') + ROLES)
    there = after(facts, '[culling]\nhub_idle = "20m"\n')
    assert there.found["culling.hub_interval"].value == 600
    assert '"--timeout=1200", "--cull-every=600"' in text_of(there, HUB)


def test_deleting_people_adds_the_scope_to_the_culler_s_role() -> None:
    facts = hub(FORMS[0] + ROLES)
    there = after(facts, "[culling]\nhub_users = true\n")
    before = text_of(facts, HUB)
    expected = before.replace('=3600"', '=3600", "--cull-users=True"')
    expected = expected.replace('"delete:servers"', '"delete:servers", "admin:users"')
    assert text_of(there, HUB) == expected


@pytest.mark.parametrize(
    "roles",
    [
        ROLES.replace('"delete:servers"', '"delete:servers", "delete:users"'),
        'c.JupyterHub.load_roles = [{"name": "admin", "services": ["cull"]}]\n',
    ],
)
def test_a_role_that_may_delete_people_already_stays(roles: str) -> None:
    facts = hub(FORMS[0] + roles)
    assert roles in text_of(after(facts, "[culling]\nhub_users = true\n"), HUB)


@pytest.mark.parametrize(
    "roles",
    [
        ROLES.replace('["cull"]', '["cull", "grader"]'),
        ROLES.replace('"scopes"', '"users": ["ann"], "scopes"'),
        f"c.JupyterHub.load_roles = [dict(name='r', services=['cull'], scopes={SCOPES})]\n",
        f"more = {SCOPES}\n" + ROLES.replace(SCOPES, "more"),
    ],
)
def test_a_right_that_others_would_get_too_is_refused_with_its_line(roles: str) -> None:
    facts = hub(FORMS[0] + roles)
    line = text_of(facts, HUB)[: text_of(facts, HUB).index("c.JupyterHub.load_roles")].count("\n")
    with pytest.raises(RefusedError, match="needs the scope admin:users") as refused:
        planned(facts, "[culling]\nhub_users = true\n")
    assert (refused.value.file, refused.value.line) == (HUB, line + 1)


def test_never_takes_the_service_and_its_role_out() -> None:
    facts = hub(LAID_OUT + ROLES)
    there = after(facts, '[culling]\nhub_idle = "never"\n')
    assert text_of(there, HUB) == (
        "import os, sys\nc.JupyterHub.services = [\n"
        '    {"name": "grader", "api_token": os.environ["GRADER"]},\n]\n'
        "c.JupyterHub.load_roles = []\n"
    )
    assert there.found["culling.hub_idle"].kind == "default"


def test_never_takes_added_lines_out_as_a_whole() -> None:
    facts = hub(f"{FORMS[1]}x = 1\nc.JupyterHub.load_roles.append({ROLE})\n")
    assert text_of(after(facts, '[culling]\nhub_idle = "default"\n'), HUB) == (
        "import os, sys\nx = 1\n"
    )


def test_a_role_of_others_too_stays_theirs() -> None:
    roles = ROLES.replace('["cull"]', '["grader", "cull"]')
    there = text_of(after(hub(FORMS[0] + roles), '[culling]\nhub_idle = "never"\n'), HUB)
    assert there.endswith(roles.replace('["grader", "cull"]', '["grader"]'))


def test_never_is_refused_with_both_lines_where_the_role_is_computed() -> None:
    roles = "names = ['cull']\nc.JupyterHub.load_roles = [dict(name='r', services=names)]\n"
    with pytest.raises(RefusedError, match="line 2 starts the culler, and line 4") as refused:
        planned(hub(FORMS[0] + roles), '[culling]\nhub_idle = "never"\n')
    assert (refused.value.file, refused.value.line) == (HUB, 4)


@pytest.mark.parametrize(
    ("service", "line"),
    [
        (SERVICE.replace('"--timeout=3600"', 'f"--timeout={int(60 * 60)}"'), 2),
        (SERVICE.replace('"--timeout=3600"', '"--timeout=" + str(3600)'), 2),
        (f"dict(name='cull', command=[{WORDS}])", 2),
        (SERVICE.replace("]", "][:]"), 2),
        ('{"name": "cull", "command": "jupyterhub_idle_culler --timeout=3600"}', 2),
        ('{"name": "cull", "command": "x -m jupyterhub_idle_culler --timeout=3600".split()}', 2),
    ],
)
def test_arguments_that_are_computed_are_refused_with_their_line(service: str, line: int) -> None:
    facts = hub(f"c.JupyterHub.services = [{service}]\n" + ROLES)
    for answer in ('hub_idle = "20m"', 'hub_max_age = "1d"'):
        with pytest.raises(RefusedError, match="not all written out") as refused:
            planned(facts, f"[culling]\n{answer}\n")
        assert (refused.value.file, refused.value.line) == (HUB, line)


@pytest.mark.parametrize("answer", ['hub_idle = "20m"', 'hub_idle = "never"', "hub_users = true"])
def test_of_two_cullers_both_lines_are_named(answer: str) -> None:
    facts = hub(FORMS[0] + FORMS[1].replace('"cull"', '"second"') + ROLES)
    with pytest.raises(RefusedError, match="line 2 and line 3") as refused:
        planned(facts, f"[culling]\n{answer}\n")
    assert (refused.value.file, refused.value.line) == (HUB, 3)


def test_a_culler_that_code_may_change_later_is_refused() -> None:
    later = "for each in c.JupyterHub.services:\n    each['command'] += ['--timeout=60']\n"
    with pytest.raises(RefusedError):
        planned(hub(FORMS[0] + ROLES + later, "1.4.0"), '[culling]\nhub_idle = "20m"\n')


def test_the_script_of_old_is_changed_the_same_way() -> None:
    old = '[sys.executable, "/srv/cull_idle_servers.py", "--timeout=3600", "--cull_every=600"]'
    service = f'{{"name": "cull", "admin": True, "command": {old}}}'
    facts = hub(f"c.JupyterHub.services = [{service}]\n", culler="")
    assert facts.found["culling.hub_interval"].value == 600
    there = after(facts, '[culling]\nhub_idle = "20m"\nhub_users = true\n')
    expected = text_of(facts, HUB).replace("3600", "1200")
    expected = expected.replace("=600", "=600").replace('=600"]', '=600", "--cull-users=True"]')
    assert text_of(there, HUB) == expected


def test_a_bare_switch_is_true_to_version_1() -> None:
    text = (FORMS[0] + ROLES).replace('=3600"', '=3600", "--cull-users"')
    facts = hub(text, "1.4.0")
    assert facts.found["culling.hub_users"].value is True
    assert changed(facts, 'hub_idle = "20m"')[1].endswith('"--timeout=1200", "--cull-users"]}]')
    assert '"--cull-users' not in text_of(after(facts, "[culling]\nhub_users = false\n"), HUB)


def test_a_bare_switch_that_version_2_dies_of_is_told_and_mended() -> None:
    facts = hub((FORMS[0] + ROLES).replace('=3600"', '=3600", "--cull-users"'))
    found = facts.found["culling.hub_idle"]
    assert (found.value, found.line) == (None, 2)
    assert "does not start: from version 2 on --cull-users needs a value" in found.reason
    with pytest.raises(RefusedError, match="--cull-users needs a value") as refused:
        planned(facts, '[culling]\nhub_idle = "20m"\n')
    assert (refused.value.file, refused.value.line) == (HUB, 2)
    there = after(facts, "[culling]\nhub_users = true\n")
    assert '"--timeout=3600", "--cull-users=True"]' in text_of(there, HUB)
    assert '"admin:users"' in text_of(there, HUB)
    assert there.found["culling.hub_idle"].value == 3600


def test_a_culler_that_is_not_installed_is_not_called_changed() -> None:
    with pytest.raises(RefusedError, match="not installed beside the hub"):
        planned(hub(FORMS[0] + ROLES, culler=""), '[culling]\nhub_idle = "20m"\n')
    elsewhere = (FORMS[0] + ROLES).replace("sys.executable", '"/opt/culler/bin/python3"')
    assert planned(hub(elsewhere, culler=""), '[culling]\nhub_idle = "20m"\n').changes


def test_other_answers_leave_it_alone_and_a_second_run_is_empty() -> None:
    facts = hub(LAID_OUT + ROLES)
    assert LAID_OUT + ROLES in text_of(after(facts, "[named_servers]\nallow = true\n"), HUB)
    toml = '[culling]\nhub_idle = "20m"\nhub_users = true\n'
    assert planned(after(facts, toml), toml).changes == ()


def test_it_is_changed_above_a_block_of_jhwizards_in_the_same_plan() -> None:
    facts = after(hub(LAID_OUT + ROLES), "[named_servers]\nallow = true\n")
    there = after(facts, '[culling]\nhub_idle = "20m"\n[named_servers]\nlimit = 3\n')
    assert text_of(there, HUB).startswith("import os, sys\n" + LAID_OUT.replace("3600", "1200"))
    assert there.found["named_servers.limit"].value == 3


def test_a_culler_in_a_json_file_is_refused_with_its_file() -> None:
    document = '{"JupyterHub": {"services": [{"name": "cull", "admin": true, "command": '
    document += '["python3", "-m", "jupyterhub_idle_culler"]}]}}'
    facts = machine({HUB.with_suffix(".json"): document})
    with pytest.raises(RefusedError, match="not all written out") as refused:
        planned(facts, '[culling]\nhub_idle = "20m"\n')
    assert refused.value.file == HUB.with_suffix(".json")


MADE = [
    '"--timeout=%d" % idle',
    '"--timeout=%s" % (idle,)',
    "'--timeout=%d' % (60 * 60)",
    'f"--timeout={idle}"',
    'f"--timeout={60 * 60}"',
]


@pytest.mark.parametrize("word", MADE)
def test_a_word_that_is_made_of_a_number_is_read_and_becomes_a_plain_one(word: str) -> None:
    service = SERVICE.replace('"--timeout=3600"', f'{word}, "--max-age=86400"')
    facts = hub(f"idle = 60 * 60\nc.JupyterHub.services = [{service}]\n" + ROLES)
    assert facts.found["culling.hub_idle"].value == 3600
    assert facts.found["culling.hub_idle"].kind == "exact"
    there = after(facts, '[culling]\nhub_idle = "20m"\n')
    assert text_of(there, HUB) == text_of(facts, HUB).replace(word, '"--timeout=1200"')
    other = after(facts, '[culling]\nhub_max_age = "2d"\n')
    assert text_of(other, HUB) == text_of(facts, HUB).replace("86400", "172800")


@pytest.mark.parametrize("word", ['f"--timeout={int(idle)}"', '"--timeout=" + str(idle)'])
def test_a_word_that_is_made_in_another_way_is_refused_with_its_line(word: str) -> None:
    service = SERVICE.replace('"--timeout=3600"', word)
    facts = hub(f"idle = 60 * 60\nc.JupyterHub.services = [{service}]\n" + ROLES)
    assert facts.found["culling.hub_idle"].value == 3600
    with pytest.raises(RefusedError, match="not all written out") as refused:
        planned(facts, '[culling]\nhub_idle = "20m"\n')
    assert refused.value.where == f"{HUB}:3"
