"""Load one config file with traitlets' own loader, and print what it sets.

Run by `measure.py` in a child without network, privileges or a home: the file is anybody's. What
it imports and is not installed is stubbed; files, programs and the network are refused.
"""

# What is replaced here is replaced for one file that is about to be loaded.
# mypy: ignore-errors
# ruff: noqa: B003, PLC0415, PLR0911, PTH119, PTH120, RUF012

import builtins
import importlib.abc
import importlib.machinery
import io
import json
import logging
import os
import pickle
import resource
import socket
import subprocess
import sys
import types

BLOCKED: list[str] = []
OPENED: dict[str, bytes] = {}
"""Path to what the config got when it opened the file there."""


class Stub(types.ModuleType):
    """A module, a class or whatever else was imported from what is not installed."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []
        self.__file__ = f"/stub/{name}.py"

    def __getattr__(self, name: str) -> object:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        found = type(name, (Thing,), {"__module__": self.__name__})
        setattr(self, name, found)
        return found


class Meta(type):
    def __getattr__(cls, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing()


class Thing(metaclass=Meta):
    """An instance of something that is not installed."""

    def __init__(self, *_given: object, **_named: object) -> None:
        pass

    def __init_subclass__(cls, **_named: object) -> None:
        pass

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        return Thing()

    def __call__(self, *_given: object, **_named: object) -> object:
        return Thing()

    def __enter__(self) -> object:
        return self

    def __exit__(self, *_given: object) -> None:
        pass

    def __iter__(self) -> object:
        return iter(())

    def __getitem__(self, _key: object) -> object:
        return Thing()

    def __str__(self) -> str:
        return "<thing>"


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a stub for every module that nothing else finds."""

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> object:
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return Stub(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


class Environment(dict):
    """The environment that was made up; what is asked for and not there is noted."""

    asked: set[str] = set()

    def __missing__(self, key: str) -> str:
        self.asked.add(key)
        raise KeyError(key)

    def get(self, key: str, default: object = None) -> object:
        if key not in self and default is None:
            self.asked.add(key)
        return super().get(key, default)

    def copy(self) -> dict:
        return dict(self)


def refuse(name: str) -> object:
    def refused(*_given: object, **_named: object) -> object:
        BLOCKED.append(name)
        return {"gethostbyname": "192.0.2.7"}.get(name.rpartition(".")[2], Thing())

    return refused


def plain(value: object, seen: int = 0) -> object:
    """Return a value so that it can be compared: what is not data, by what it is called."""
    from traitlets.config.loader import Config, LazyConfigValue

    if seen > 40:
        return ("other", "deep")
    if value is None or isinstance(value, bool | int | float | str | bytes):
        return ("data", type(value).__name__, value) if type(value) in PLAIN else ("other", "")
    if isinstance(value, LazyConfigValue):
        return ("lazy", {k: plain(v, seen + 1) for k, v in value.to_dict().items()})
    if isinstance(value, Config):
        return ("other", "Config")
    if type(value) in (list, tuple):
        return (type(value).__name__, [plain(one, seen + 1) for one in value])
    if type(value) is set:
        return ("set", sorted((plain(one, seen + 1) for one in value), key=repr))
    if type(value) is dict:
        pairs = [(plain(k, seen + 1), plain(v, seen + 1)) for k, v in value.items()]
        return ("dict", sorted(pairs, key=lambda pair: repr(pair[0])))
    if isinstance(value, type) or callable(value):
        module, name = getattr(value, "__module__", ""), getattr(value, "__qualname__", "")
        return ("callable", str(module), str(name))
    return ("other", type(value).__name__)


PLAIN = (type(None), bool, int, float, str, bytes)


def main() -> None:
    path, environ = sys.argv[1], json.loads(sys.argv[2])
    import traitlets.config
    from traitlets.config import application, loader

    for number, most in (
        (resource.RLIMIT_AS, 1 << 30),
        (resource.RLIMIT_CPU, 10),
        (resource.RLIMIT_NPROC, 64),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(number, (most, most))
    made_up = Environment(environ)
    os.environ = made_up
    os.getenv = lambda key, default=None: made_up.get(key, default)
    for module, names in {
        os: (
            "system",
            "popen",
            "mkdir",
            "makedirs",
            "chown",
            "chmod",
            "remove",
            "rename",
            "fork",
            "execv",
            "execve",
            "kill",
            "symlink",
            "unlink",
            "rmdir",
        ),
        subprocess: ("Popen", "run", "call", "check_call", "check_output"),
        socket: ("create_connection", "gethostbyname", "getaddrinfo"),
    }.items():
        for name in names:
            setattr(module, name, refuse(f"{module.__name__}.{name}"))
    real_open = builtins.open

    def careful_open(file: object, mode: str = "r", *given: object, **named: object) -> object:
        if set(mode) & set("wax+"):
            raise PermissionError(file)
        try:
            stream = real_open(file, mode, *given, **named)
        except OSError:
            if str(file).endswith(".py"):
                raise
            made_up = "alice admin\nbob\n" if "json" not in str(file) else "{}"
            OPENED[str(file)] = made_up.encode()
            return io.StringIO(made_up) if "b" not in mode else io.BytesIO(made_up.encode())
        with real_open(file, "rb") as again:
            OPENED[str(file)] = again.read(1 << 16)
        return stream

    builtins.open = careful_open
    sys.meta_path.append(Finder())
    loading = loader.PyFileConfigLoader(
        os.path.basename(path), os.path.dirname(path), log=logging.getLogger()
    )
    traitlets.config.get_config = lambda: loading.config
    application.get_config = lambda: loading.config
    out = os.dup(1)
    os.dup2(2, 1)
    result: object
    try:
        config = loading.load_config()
        result = {
            (cls, trait): plain(value)
            for cls, section in config.items()
            if isinstance(section, loader.Config)
            for trait, value in section.items()
            if plain(value) != ("lazy", {})
        }
    except BaseException as error:  # noqa: BLE001
        result = f"{type(error).__name__}: {error}"[:300]
    sys.stdout.flush()
    os.write(out, pickle.dumps((result, sorted(made_up.asked), BLOCKED, OPENED)))
    os._exit(0)


main()
