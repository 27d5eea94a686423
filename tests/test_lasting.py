from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from jhwizard.answers import Answers
from jhwizard.detect import Options, detect
from jhwizard.host import Host
from jhwizard.lasting import why_not_lasting
from jhwizard.make_plan import make_plan
from jhwizard.summary import oddities

HUB = PurePosixPath("/srv/jupyterhub/jupyterhub_config.py")
ROOT_MOUNT = "21 1 0:19 / / rw - overlay overlay rw\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, str(HUB), "c.JupyterHub.allow_named_servers = True\n")
    return tmp_path


def put(root: Path, path: str, text: str = "") -> None:
    here = root / path.lstrip("/")
    here.parent.mkdir(parents=True, exist_ok=True)
    here.write_text(text)


def mounted(root: Path, *points: str) -> None:
    lines = [f"22 21 0:20 /x {point} rw - ext4 /dev/sda rw\n" for point in points]
    put(root, "/proc/self/mountinfo", "".join([ROOT_MOUNT, *lines]))


def reason(root: Path, path: PurePosixPath = HUB) -> str:
    return why_not_lasting(Host(root), [path]).get(path, "")


def test_on_an_ordinary_machine_everything_lasts(root: Path) -> None:
    mounted(root, "/srv", "/home")
    assert reason(root) == ""


def test_a_file_of_a_containers_image_goes_with_the_container(root: Path) -> None:
    put(root, "/.dockerenv")
    mounted(root, "/etc/hosts")
    assert "container's image" in reason(root)


def test_a_file_on_a_volume_of_a_container_lasts(root: Path) -> None:
    put(root, "/.dockerenv")
    mounted(root, "/srv/jupyterhub")
    assert reason(root) == ""


def test_a_file_that_is_mounted_by_itself_is_changed_where_it_comes_from(root: Path) -> None:
    put(root, "/.dockerenv")
    mounted(root, str(HUB))
    assert "mounted by itself" in reason(root)


def test_a_mount_point_with_a_blank_in_its_name_is_recognised(root: Path) -> None:
    path = PurePosixPath("/srv/my hub/jupyterhub_config.py")
    put(root, str(path))
    mounted(root, "/srv/my\\040hub/jupyterhub_config.py")
    assert "mounted by itself" in reason(root, path)


def test_a_config_map_is_recognised_by_its_links(root: Path) -> None:
    directory = root / "etc/jupyterhub"
    put(root, "/etc/jupyterhub/..2026_11_23/jupyterhub_config.py")
    (directory / "..data").symlink_to("..2026_11_23")
    (directory / "jupyterhub_config.py").symlink_to("..data/jupyterhub_config.py")
    assert "ConfigMap" in reason(root, PurePosixPath("/etc/jupyterhub/jupyterhub_config.py"))


def test_a_git_work_tree_is_named(root: Path) -> None:
    put(root, "/srv/.git/HEAD")
    assert "git work tree /srv:" in reason(root)


def test_etckeeper_commits_by_itself(root: Path) -> None:
    put(root, "/etc/.git/HEAD")
    put(root, "/etc/.etckeeper")
    assert reason(root, PurePosixPath("/etc/jupyterhub/jupyterhub_config.py")) == ""


def test_a_link_out_of_the_work_tree_is_judged_by_the_file_it_leads_to(root: Path) -> None:
    put(root, "/opt/config/.git/HEAD")
    put(root, "/opt/config/hub.py")
    link = root / "etc/jupyterhub_config.py"
    link.parent.mkdir(parents=True)
    link.symlink_to("/opt/config/hub.py")
    assert "/opt/config:" in reason(root, PurePosixPath("/etc/jupyterhub_config.py"))


def test_a_plan_says_once_for_each_file_that_it_will_not_last(root: Path) -> None:
    put(root, "/srv/.git/HEAD")
    facts = detect(Host(root), Options())
    answers = Answers(facts)
    answers.give("named_servers.limit", 3)
    answers.give("named_servers.active_limit", 20)
    warnings = [notice for notice in make_plan(facts, answers).warnings if notice.file == HUB]
    assert len(warnings) == 1
    assert warnings[0].text == (
        "/srv/jupyterhub/jupyterhub_config.py will not stay as it is written: it lies in the git "
        "work tree /srv: commit it, or a checkout takes it back"
    )


def test_of_a_container_it_is_said_once_that_this_looks_like_one(root: Path) -> None:
    put(root, "/.dockerenv")
    facts = detect(Host(root), Options())
    answers = Answers(facts)
    answers.give("named_servers.limit", 3)
    answers.give("culling.kernel_idle", 1200)  # a file that is not there yet
    plan = make_plan(facts, answers)
    assert len(plan.changes) == 2
    told = [notice.text for notice in plan.warnings if "container" in notice.text]
    assert len(told) == 1
    assert told[0].startswith("this looks like a container: ")
    assert [o.text for o in oddities(facts) if "container" in o.text] == told
