from __future__ import annotations

from dataclasses import replace

import pytest
from machines import ENV, ETC, HUB, after, machine, planned, text_of

from jhwizard.answers import Answers
from jhwizard.errors import RefusedError
from jhwizard.facts import Facts
from jhwizard.understand import understand
from jhwizard.wizard import Wizard

KEY = "environment.traits"


def toml(*lines: str) -> str:
    return "[environment.traits]\n" + "\n".join(lines) + "\n"


def there(facts: Facts) -> object:
    return facts.found[KEY].value


def test_a_trait_is_set_in_the_servers_file_of_the_target_and_read_back() -> None:
    facts = after(machine({}), toml('"ServerApp.x" = 5', 'ServerApp.y = "a\'\\"\\n#b"'))
    assert "c.ServerApp.x = 5\n" in text_of(facts, ETC)
    assert there(facts) == {"ServerApp.x": 5, "ServerApp.y": "a'\"\n#b"}
    assert facts.found[KEY].ours
    assert facts.found[KEY].origin == f"{ETC}:6"
    moved = after(understand(replace(facts, target="env")), "")
    assert there(moved) == there(facts)
    assert "c.ServerApp.x = 5\n" in text_of(moved, ENV)
    assert moved.files[ETC] is None


def test_only_the_named_traits_change() -> None:
    facts = after(machine({}), toml("ServerApp.x = 5", "ServerApp.y = [1, true]"))
    facts = after(facts, toml("ServerApp.x = 6", "LabApp.z = 0.5"))
    assert there(facts) == {"ServerApp.x": 6, "ServerApp.y": [1, True], "LabApp.z": 0.5}
    facts = after(facts, '[culling]\nkernel_idle = "20m"\n')
    assert there(facts) == {"ServerApp.x": 6, "ServerApp.y": [1, True], "LabApp.z": 0.5}
    facts = after(facts, toml('ServerApp.x = "default"'))
    assert there(facts) == {"ServerApp.y": [1, True], "LabApp.z": 0.5}
    facts = after(facts, "[environment]\ntraits = 'default'\n")
    assert there(facts) == {}
    assert "LabApp" not in text_of(facts, ETC)


def test_an_admins_line_is_changed_where_it_stands_and_not_listed() -> None:
    facts = machine({ETC: "c.ServerApp.x = 3  # mine\nc.ServerApp.y = 4\n"})
    assert there(facts) == {}
    facts = after(facts, toml("ServerApp.x = 5", "ServerApp.y = 4"))
    assert text_of(facts, ETC) == "c.ServerApp.x = 5  # mine\nc.ServerApp.y = 4\n"
    assert there(facts) == {}
    assert planned(facts, toml("ServerApp.x = 5", "ServerApp.y = 4")).changes == ()
    gone = after(facts, toml('ServerApp.x = "default"'))
    assert text_of(gone, ETC) == "c.ServerApp.y = 4\n"


def test_a_line_that_is_no_plain_literal_is_overridden_at_the_end_of_its_file() -> None:
    facts = machine({ENV: "import os\nc.ServerApp.x = os.getpid()\n"})
    plan = planned(facts, toml("ServerApp.x = 5"))
    assert [(w.key, w.line) for w in plan.warnings if w.line] == [(KEY, 2)]
    written = after(facts, toml("ServerApp.x = 5"))
    assert "c.ServerApp.x = 5" in text_of(written, ENV)
    assert there(written) == {"ServerApp.x": 5}


def test_one_of_ours_that_somebody_overrides_is_kept_and_not_shown_as_in_force() -> None:
    facts = after(machine({}), toml("ServerApp.x = 5"))
    files = {ETC: text_of(facts, ETC), ENV: "c.ServerApp.x = 7\n"}
    shadowed = machine(files)
    assert there(shadowed) == {}
    assert planned(shadowed, "").changes == ()


def test_a_stronger_class_that_is_set_already_is_the_one_that_is_written_to() -> None:
    admins = "import os\nc.AsyncMappingKernelManager.root_dir = os.getcwd()\n"
    facts = after(machine({ETC: admins}), toml('MappingKernelManager.root_dir = "/a"'))
    assert 'c.AsyncMappingKernelManager.root_dir = "/a"' in text_of(facts, ETC)
    facts = after(facts, toml('MappingKernelManager.root_dir = "/b"'))
    assert text_of(facts, ETC).count("c.AsyncMappingKernelManager.root_dir") == 2
    assert planned(facts, toml('MappingKernelManager.root_dir = "/b"')).changes == ()


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("ServerApp.default_url", "interface.app"),
        ("AsyncMappingKernelManager.cull_idle_timeout", "culling.kernel_idle"),
        ("ServerApp.jpserver_extensions", "extensions.server"),
        ("JupyterHub.allow_named_servers", "named_servers.allow"),
        ("InteractiveShellApp.extensions", "extensions.ipython"),
    ],
)
def test_a_trait_of_another_setting_is_refused_with_its_key(name: str, key: str) -> None:
    with pytest.raises(RefusedError, match=f"{name} is decided by {key}: answer that"):
        planned(machine({}), toml(f"{name} = 1"))


def test_what_the_command_line_decides_is_refused() -> None:
    facts = machine({HUB: 'c.Spawner.args = ["--ServerApp.x=9"]\n'})
    with pytest.raises(RefusedError, match="command line"):
        planned(facts, toml("ServerApp.x = 5"))


def test_what_is_typed_is_the_whole_answer() -> None:
    facts = after(machine({}), toml("ServerApp.x = 5", "ServerApp.y = 6"))
    wizard = Wizard(facts)
    assert wizard.text(KEY) == "ServerApp.x=5, ServerApp.y=6"
    assert wizard.put(KEY, "ServerApp.x=7, ServerApp.yy=1") is None
    assert wizard.put(KEY, "ServerApp.x=7") is None
    assert wizard.answers[KEY] == {"ServerApp.x": 7, "ServerApp.y": "default"}
    assert "such as ServerApp" in str(wizard.put(KEY, "ServerApp.x=7,"[:-1] + "}"))
    again = Wizard(facts)
    again.take_over(wizard)
    assert again.answers[KEY] == wizard.answers[KEY]
    assert Answers(facts)[KEY] == {"ServerApp.x": 5, "ServerApp.y": 6}


def test_a_secret_is_not_shown() -> None:
    facts = after(machine({}), toml('ServerApp.cookie_secret = "hunter2"'))
    assert "hunter2" not in Wizard(facts).now(KEY)
