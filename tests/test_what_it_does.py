from __future__ import annotations

import ast

import pytest

from jhwizard.what_it_does import deeds


def told(text: str) -> list[str]:
    return [deed.text for deed in deeds(ast.parse(text))]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "import subprocess as s\ns.check_output(['id'])",
            "starts programs: subprocess.check_output",
        ),
        ("from subprocess import run\nrun(['id'])", "starts programs: subprocess.run"),
        ("import os\nos.system('id')", "starts programs: os.system"),
        ("from os import execvp as e\ne('id', [])", "starts programs: os.execvp"),
        ("open('/x', 'w')", "changes files: open"),
        ("open('/x', mode='ab')", "changes files: open"),
        ("m = 'w'\nopen('/x', m)", "changes files: open"),
        ("import os\nos.makedirs('/x')", "changes files: os.makedirs"),
        ("import shutil\nshutil.rmtree('/x')", "changes files: shutil.rmtree"),
        ("import pathlib\npathlib.Path('/x').write_text('')", "changes files: ….write_text"),
        ("from pathlib import Path\nPath('/x').open('w')", "changes files: ….open"),
        ("from pathlib import Path\nPath('/x').open()", "reads files: ….open"),
        ("open('/x').read()", "reads files: open"),
        ("open('/w/x', encoding='w')", "reads files: open"),
        ("import os.path, os\nos.listdir('/')", "reads files: os.listdir"),
        (
            "import urllib.request\nurllib.request.urlopen('x')",
            "uses the network: urllib.request.urlopen",
        ),
        ("import socket\nsocket.gethostbyname('x')", "uses the network: socket.gethostbyname"),
        ("exec('x')", "runs other code: exec"),
        ("load_subconfig('/x.py')", "runs other code: load_subconfig"),
        (
            "import importlib\nimportlib.import_module('x')",
            "runs other code: importlib.import_module",
        ),
        ("def hook():\n    import sys\n    sys.exit(1)", "ends itself or others: sys.exit"),
        ("from . import x", "imports ., whose code runs"),
    ],
)
def test_what_a_line_does_is_said(text: str, sentence: str) -> None:
    assert sentence in told(text)


def test_modules_that_are_not_pythons_own_are_named() -> None:
    assert told("import os, requests\nimport jupyterhub.auth\nfrom a.b import c\n") == [
        "imports requests, whose code runs",
        "imports jupyterhub.auth, whose code runs",
        "imports a.b, whose code runs",
    ]


def test_what_only_sets_traits_does_nothing_else() -> None:
    text = (
        "import os, json, socket\n"
        "from traitlets.config import get_config\n"
        "c = get_config()\n"
        "c.Spawner.default_url = os.environ.get('PAGE', '/lab').replace('a', 'b')\n"
        "c.Spawner.environment.update({'A': json.dumps(1)})\n"
        "c.JupyterHub.hub_connect_ip = socket.gethostname()\n"
    )
    assert told(text) == []


def test_each_is_said_once_by_its_line() -> None:
    found = deeds(ast.parse("exec('a'); exec('b')\n\nopen('x'); exec('c')\n"))
    assert [(deed.line, deed.text) for deed in found] == [
        (1, "runs other code: exec"),
        (3, "reads files: open"),
        (3, "runs other code: exec"),
    ]
