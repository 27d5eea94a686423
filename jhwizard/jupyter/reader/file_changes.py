"""What may change a file that the config reads: opening it for writing, and other programs.

Code that is imported is taken to leave alone what it is not given the path of: a file is what it
is now, unless the config itself changes it on the way.
"""

from __future__ import annotations

import ast
from typing import Final

READ: Final = frozenset({"r", "rt", "tr", "rb", "br"})
"""The modes of `open` that change nothing."""
_OF_OS: Final = {
    *("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe", "fork"),
    *("fdopen", "ftruncate", "link", "open", "popen", "posix_spawn", "posix_spawnp", "remove"),
    *("rename", "renames", "replace", "spawnl", "spawnv", "spawnvp", "symlink", "system"),
    *("truncate", "unlink", "write"),
}
_MODULES: Final = {"subprocess", "shutil", "pexpect", "sh"}
_LOOK_ONLY: Final = {"shutil.which", "shutil.disk_usage", "os.path.exists", "os.path.isfile"}
_WORDS: Final = _MODULES | {
    *("Popen", "check_call", "check_output", "copyfile", "popen", "system"),
    *("write_bytes", "write_text", "exec", "eval"),
}
HARMLESS_OF_PATHS: Final = frozenset(
    {
        *("absolute", "chmod", "exists", "expanduser", "glob", "group", "is_dir", "is_file"),
        *("is_symlink", "iterdir", "lstat", "match", "mkdir", "owner", "resolve", "rglob", "stat"),
    }
)
"""Methods of a path that change no file."""


def changes_files(dotted: str) -> bool:
    """Return whether what is imported under a name may change any file when it is called."""
    module, _dot, name = dotted.partition(".")
    if dotted in _LOOK_ONLY:
        return False
    return module in _MODULES or (module == "os" and name in _OF_OS)


def only_looks(dotted: str) -> bool:
    """Return whether a function that is given a path certainly does not change what lies there."""
    return dotted in _LOOK_ONLY or dotted.startswith(("os.path.", "sys.path.", "logging."))


def may_change_files(node: ast.AST) -> bool:
    """Return whether a piece of text may change a file when it runs, by the words in it."""
    return any(map(_is_change, ast.walk(node)))


def _is_change(node: ast.AST) -> bool:
    match node:
        case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in _OF_OS:
            return True
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in _WORDS:
            return True
        case ast.Call(func=ast.Name(id="open"), args=[_path, mode, *_rest]):
            return not _is_read(mode)
        case ast.Call(func=ast.Attribute(attr="open"), args=[*args]) if args:
            return not _is_read(args[0]) if len(args) == 1 else True
        case ast.keyword(arg="mode", value=mode):
            return not _is_read(mode)
    return False


def _is_read(mode: ast.expr) -> bool:
    return isinstance(mode, ast.Constant) and mode.value in READ
