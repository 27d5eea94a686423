"""Loads the hub's config file as JupyterHub does, and says what it set. Run by the hub's Python.

Python 3.8 and later; of other packages only traitlets, as it is installed there. The file comes on
standard input, since whoever runs this need not be able to read it. What the file prints goes
nowhere; one marked line of JSON is printed in the end.
"""

# What a config file sets may be anything, and traitlets is whatever is installed there.
# ruff: noqa: ANN401

from __future__ import annotations

import base64
import contextlib
import ctypes
import io
import json
import logging
import math
import os
import sys
import sysconfig
import traceback
from types import FrameType
from typing import Any

MARK = "jhwizard-loaded:"
_DEEPEST = 40
_MOST = 50_000
"""Values, counted with all that are inside others."""
_LARGEST_NUMBER = 1 << 256
_NOT_DUMPABLE = 4
_PROGRAMS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")
"""Audit events after which others have the environment, and are not seen to ask."""
_LIBRARIES = tuple(
    place + os.sep
    for name, path in sysconfig.get_paths().items()
    if name.endswith(("stdlib", "lib"))
    for place in (path, os.path.realpath(path))
)


def main() -> None:
    """Load the file that standard input gives, and print what it set, or why it set nothing."""
    with contextlib.suppress(OSError, AttributeError):
        # The environment below may hold secrets, and others may be nobody as well.
        ctypes.CDLL(None).prctl(_NOT_DUMPABLE, 0, 0, 0, 0)
    told = json.loads(sys.stdin.buffer.read())
    report = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for handle in (0, 1, 2):
        os.dup2(null, handle)
    asked = _take_environment(told["environ"], whole=told["whole"])
    sys.argv = ["jupyterhub", "-f", told["path"]]
    content = base64.b64decode(told["content"])
    try:
        found: dict[str, Any] = {"traits": _traits(_load(told["path"], content))}
    except BaseException as error:  # noqa: BLE001 - of a file that may do anything
        found = {"error": _words(error, told["path"])}
    found["asked"] = sorted(asked)
    _give(report, MARK + json.dumps(found) + "\n")
    os._exit(0)


def _give(handle: int, text: str) -> None:
    data = text.encode("ascii")
    while data:
        data = data[os.write(handle, data) :]


def _words(error: BaseException, path: str) -> dict[str, Any]:
    """Return the last line of an exception, and the line of the file it came through."""
    lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == path]
    try:
        text = traceback.format_exception_only(type(error), error)[-1].strip()
    except BaseException:  # noqa: BLE001 - its `__str__` is the file's
        text = type(error).__name__
    if isinstance(error, SyntaxError) and error.filename == path:
        lines.append(error.lineno)
    return {"text": text[:1000], "line": lines[-1] if lines else None}


def _take_environment(environ: dict[str, str], *, whole: bool) -> set[str]:
    """Take over the hub's environment; return a set that collects what is asked of it in vain."""
    os.environ.clear()
    os.environ.update(environ)
    given = [path for path in environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    sys.path[:0] = given
    asked: set[str] = set()
    if not whole:
        _note_questions(asked)
    return asked


def _note_questions(asked: set[str]) -> None:
    plain: Any = type(os.environ)

    class Noting(plain):  # type: ignore[misc]
        """The environment, which notes what a file asks and nobody has told."""

        def __getitem__(self, name: str) -> str:
            try:
                return str(super().__getitem__(name))
            except KeyError:
                _note(name, asked)
                raise

        def __iter__(self) -> Any:
            _note("*", asked)
            return super().__iter__()

    os.environ.__class__ = Noting
    sys.addaudithook(lambda event, _given: _note("*", asked) if event in _PROGRAMS else None)


def _note(name: object, asked: set[str]) -> None:
    """Note a name if the file asks for it: not a module of a library while it is imported."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001 - who asks
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith("<frozen importlib"):
            return
        if file != _THIS and not file.startswith(("<frozen", *_LIBRARIES)):
            asked.add(str(name))
            return
        frame = frame.f_back


_THIS = _note.__code__.co_filename


def _load(path: str, content: bytes) -> Any:
    import traitlets.config.loader  # noqa: PLC0415 - the hub's own

    loader: Any = traitlets.config.loader
    real_open, real_find = open, loader.filefind

    def opened(file: Any, *given: Any, **named: Any) -> Any:
        return io.BytesIO(content) if file == path else real_open(file, *given, **named)

    def found(filename: str, path_dirs: Any = None) -> str:
        return path if filename == path else real_find(filename, path_dirs)

    # In that module alone, and only the file that was handed over.
    loader.open, loader.filefind = opened, found
    return loader.PyFileConfigLoader(path, None, log=logging.getLogger()).load_config()


def _traits(config: Any) -> list[Any]:
    from traitlets.config.loader import Config  # noqa: PLC0415

    plain = _Plain()
    found = []
    for cls, section in config.items():
        if isinstance(section, Config):
            for trait, value in section.items():
                said = plain.of(value)
                if said != {"lazy": []}:
                    found.append([str(cls), str(trait), said])
    return found


class _Plain:
    """Turns values into JSON that tells their types apart."""

    def __init__(self) -> None:
        from traitlets.config.loader import Config, LazyConfigValue  # noqa: PLC0415

        self._config, self._lazy = Config, LazyConfigValue
        self._count = 0

    def of(self, value: Any, depth: int = 0) -> Any:
        """Return a value as JSON; what is no data by what it is called."""
        self._count += 1
        if depth > _DEEPEST or self._count > _MOST:
            raise ValueError("its values are too many, or nested too deeply")
        if value is None or type(value) in (bool, str):
            return value
        if type(value) is int and abs(value) < _LARGEST_NUMBER:
            return value
        if type(value) is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if type(value) is bytes:
            return {"bytes": value.decode("latin-1")}
        return self._made_of(value, depth + 1)

    def _made_of(self, value: Any, depth: int) -> Any:
        if isinstance(value, self._config):
            return {"section": None}
        if isinstance(value, self._lazy):
            return {"lazy": [[op, self.of(v, depth)] for op, v in value.to_dict().items()]}
        if isinstance(value, dict):
            return {"dict": [[self.of(k, depth), self.of(v, depth)] for k, v in value.items()]}
        for kind in (list, tuple, set):
            if type(value) is kind:
                return {kind.__name__: [self.of(one, depth) for one in value]}
        return _name_of(value)


def _name_of(value: Any) -> Any:
    sort = "function" if callable(value) else "object"
    named = value if isinstance(getattr(value, "__qualname__", None), str) else type(value)
    module = getattr(named, "__module__", "")
    module = "" if module in ("builtins", "__main__") or not isinstance(module, str) else module
    return {sort: f"{module}.{named.__qualname__}".lstrip(".")[:200]}


if __name__ == "__main__":
    main()
