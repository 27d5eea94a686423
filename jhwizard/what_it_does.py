"""What a Python config file does when it is loaded, beyond setting traits. Nothing in it is run.

For an admin who is asked whether it may be run: every place that starts programs, touches files,
uses the network or runs other code, also inside functions, which may be called. What is called
under a name made up while it runs is not found.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from jhwizard.language import _

_PROGRAMS: Final = re.compile(
    r"subprocess\.\w+|pty\.\w+|multiprocessing\.\w+|asyncio\.create_subprocess_\w+"
    r"|os\.(system|popen|fork|forkpty|(exec|spawn|posix_spawn)\w*)"
)
_NETWORK: Final = re.compile(
    r"(requests|urllib3|httpx|aiohttp|ftplib|smtplib|imaplib|xmlrpc|ldap3?|boto3|docker|kubernetes"
    r"|paramiko|psycopg2?|redis|urllib\.request|http\.client)\..+|socket\.(?!gethostname$)\w+"
)
_CHANGES: Final = re.compile(
    r"os\.(remove|unlink|rename|renames|replace|mkdir|makedirs|rmdir|removedirs|chmod|l?chown"
    r"|symlink|link|truncate|mkfifo|mknod|utime|open)|shutil\.(?!which$|disk_usage$|get_)\w+"
    r"|tempfile\.\w+|.*\.(write_text|write_bytes|unlink|mkdir|rmdir|touch|symlink_to|chmod)"
)
_READS: Final = re.compile(
    r"os\.(listdir|scandir|walk)|glob\.\w+|.*\.(read_text|read_bytes|iterdir)"
)
_CODE: Final = re.compile(
    r"exec|eval|compile|__import__|execfile|load_subconfig|runpy\.\w+|importlib\.\w+"
)
_SIGNALS: Final = re.compile(r"os\.(kill|killpg|_exit|abort)|sys\.exit|exit|quit")
_HARMLESS: Final = {"traitlets", "__future__"}
_WRITING: Final = frozenset("wax+")


@dataclass(frozen=True, order=True)
class Deed:
    """One thing a file does, or may do."""

    line: int
    text: str


def deeds(tree: ast.Module) -> tuple[Deed, ...]:
    """Return what a file does besides setting traits, by line."""
    names = _imported_names(tree)
    found = {
        Deed(getattr(node, "lineno", 1), text)
        for node in ast.walk(tree)
        for text in _of(node, names)
    }
    return tuple(sorted(found))


def _imported_names(tree: ast.Module) -> dict[str, str]:
    """Return what the file's names for modules, and for what is in them, stand for."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                found[alias.asname or first] = alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
    return found


def _of(node: ast.AST, names: dict[str, str]) -> Iterator[str]:
    match node:
        case ast.Import():
            yield from _imports([alias.name for alias in node.names])
        case ast.ImportFrom():
            yield from _imports(["." * node.level + (node.module or "")])
        case ast.Call():
            text = _of_call(_dotted(node.func, names), node)
            yield from [text] if text else []


def _imports(modules: list[str]) -> Iterator[str]:
    known = sys.stdlib_module_names | _HARMLESS
    for module in modules:
        if module.partition(".")[0] not in known:
            yield _("imports {name}, whose code runs").format(name=module)


def _dotted(node: ast.expr, names: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return names.get(name, name)
        case ast.Attribute(value=value, attr=attr):
            return f"{_dotted(value, names)}.{attr}"
    return "…"


def _of_call(name: str, node: ast.Call) -> str:
    if name in {"open", "io.open", "….open"} or name.endswith("Path.open"):
        writes = _WRITING & set("".join(_texts(node)[-1:] if name != "open" else _mode(node)))
        sentence = _("changes files: {name}") if writes else _("reads files: {name}")
        return sentence.format(name=name)
    for pattern, sentence in (
        (_PROGRAMS, _("starts programs: {name}")),
        (_NETWORK, _("uses the network: {name}")),
        (_CHANGES, _("changes files: {name}")),
        (_CODE, _("runs other code: {name}")),
        (_SIGNALS, _("ends itself or others: {name}")),
        (_READS, _("reads files: {name}")),
    ):
        if pattern.fullmatch(name):
            return sentence.format(name=name)
    return ""


def _mode(node: ast.Call) -> list[str]:
    """Return the mode of an `open`; one that is computed may be any."""
    given = [*node.args[1:2], *(k.value for k in node.keywords if k.arg == "mode")]
    return [str(m.value) if isinstance(m, ast.Constant) else "w" for m in given]


def _texts(node: ast.Call) -> list[str]:
    given = [*node.args, *(k.value for k in node.keywords)]
    return [m.value for m in given if isinstance(m, ast.Constant) and isinstance(m.value, str)]
