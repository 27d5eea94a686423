"""Compare the reader with what traitlets' own loader makes of real config files.

    .venv/bin/python tests/benchmarks/reader/measure.py [--edits] [-v] [FOLDER]

Looks at every `*.py` below FOLDER (`tests/benchmarks/reader/files`, which git ignores; real files
belong to their authors and are not part of this project). Each file is executed once, in a child
without network and privileges (needs root, `unshare` and `setpriv`); the child makes up the
environment variables that a file insists on, and the text of files that it opens and that are not
there; the reader is given the same ones. One row per final value of one trait:

exact    the same value; of a function, a class or the interpreter, the same one by its name
partial  not exact, and what is known of it is right
unknown  said to be unknown
wrong    another value
missing  set by the file, and not a word of it
extra    not set by the file

What comes out of a package that is not installed here is a stub's, and nobody's truth: the exact
ones are counted once among all values, and once among those without a stub in them.
"""

import argparse
import ast
import json
import pickle
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from traitlets.config.loader import LazyConfigValue

from jhwizard.errors import RefusedError
from jhwizard.facts import AdminExempt, Missing, Reading, Write
from jhwizard.jupyter.python_editing import same_statements, splice
from jhwizard.jupyter.python_reading import read_python

sys.path.insert(0, str(Path(__file__).parents[2] / "jupyter" / "reader"))

from loading import composed, covered, is_nothing

FOLDER = Path(__file__).parent / "files"
TRUTH = Path(__file__).with_name("truth.py")
KINDS = ("exact", "partial", "unknown", "wrong", "missing", "extra")
Truth = dict[tuple[str, str], object]


def truth_of(path: Path) -> tuple[Truth | str, dict[str, str], dict[str, bytes]]:
    """Return what the loader gives, or why it gives nothing, and with what it was loaded.

    That is the environment made up, and what each file held that the config opened.
    """
    environ: dict[str, str] = {"HOME": "/home/nobody", "PATH": "/usr/bin:/bin"}
    result: Truth | str = "no truth"
    opened: dict[str, bytes] = {}
    for _attempt in range(40):
        command = [
            *("unshare", "-n", "-i", "-u", "-p", "--fork"),
            *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
            *("--bounding-set=-all", "--no-new-privs"),
            *(sys.executable, "-I", str(TRUTH), str(path), json.dumps(environ)),
        ]
        try:
            done = subprocess.run(
                command, capture_output=True, timeout=30, check=False, cwd="/", env={}
            )
            result, asked, _blocked, opened = pickle.loads(done.stdout)  # noqa: S301
        except (subprocess.TimeoutExpired, EOFError, pickle.UnpicklingError):
            return "it came to no end", environ, opened
        missing = [name for name in asked if name not in environ]
        if not missing or not isinstance(result, str):
            break
        environ |= {name: made_up(name) for name in missing}
    return result, environ, opened


def made_up(name: str) -> str:
    return "12" if re.search("PORT|TIMEOUT|LIMIT|COUNT|NUM|SIZE", name) else f"value-of-{name}"


def plain(value: object) -> object:  # noqa: PLR0911  # one for each type
    """Say a value as `truth.py` does."""
    match value:
        case AdminExempt():
            return ("callable",)
        case LazyConfigValue():
            return ("lazy", {key: plain(one) for key, one in value.to_dict().items()})
        case None | bool() | int() | float() | str() | bytes():
            return ("data", type(value).__name__, value)
        case list() | tuple():
            return (type(value).__name__, [plain(one) for one in value])
        case set():
            return ("set", sorted((plain(one) for one in value), key=repr))
        case dict():
            pairs = [(plain(key), plain(one)) for key, one in value.items()]
            return ("dict", sorted(pairs, key=lambda pair: repr(pair[0])))
    return ("missing",)


def judged(said: object, truth: object) -> str:
    """Return how well what was said agrees with the truth."""
    if isinstance(said, Write):
        return judged_unknown(said, truth)
    if isinstance(said, AdminExempt):
        return "exact" if isinstance(truth, tuple) and truth[0] == "callable" else "wrong"
    return "exact" if plain(said) == truth else "wrong"


def judged_unknown(said: Write, truth: object) -> str:
    callable_ = isinstance(truth, tuple) and truth[0] == "callable"
    parts = said.parts
    if isinstance(parts, Missing):
        if parts.refers and callable_:
            called = truth[2].rpartition(".")[2]  # type: ignore[index]
            return "exact" if is_named(parts, truth) else "wrong" if called else "partial"
        if parts.kind == "function":
            return "wrong"
        choices = [plain(one) for one in said.alternatives if not isinstance(one, Missing)]
        return "partial" if truth in choices else "unknown"
    if parts is None:
        return "unknown"
    if agrees(parts, truth, is_named):
        return "exact"
    return "partial" if agrees(parts, truth, lambda _hole, _truth: True) else "wrong"


def is_named(hole: Missing, truth: object) -> bool:
    """Return whether what stands somewhere was said by its right name."""
    if hole.refers == "sys.executable":
        return truth == plain(sys.executable)
    name = hole.refers.rpartition(".")[2]
    match truth:
        case ("callable", _module, str() as called):
            return bool(name) and name == called.rpartition(".")[2]
    return False


def agrees(parts: object, truth: object, fits: Callable[[Missing, object], bool]) -> bool:
    """Return whether a value with holes is right where it has none, and its holes fit."""
    if isinstance(parts, Missing):
        return fits(parts, truth)
    if not isinstance(truth, tuple):
        return False
    if isinstance(parts, list | tuple):
        items = truth[1] if truth[0] == type(parts).__name__ else []
        return len(items) == len(parts) and all(
            agrees(part, item, fits) for part, item in zip(parts, items, strict=True)
        )
    if isinstance(parts, dict):
        pairs = truth[1] if truth[0] == "dict" else []
        known = {repr(key): one for key, one in pairs}
        return len(known) == len(parts) and all(
            repr(plain(key)) in known and agrees(one, known[repr(plain(key))], fits)
            for key, one in parts.items()
        )
    if isinstance(parts, set):
        whole = truth[1] if truth[0] == "set" else []
        known_ones = [one for one in parts if not isinstance(one, Missing)]
        is_whole = len(known_ones) == len(parts)
        return all(plain(one) in whole for one in known_ones) and (is_whole or fits is not is_named)
    return plain(parts) == truth


def is_made_up(truth: object) -> bool:
    """Return whether a value, or a part of it, is a stub's."""
    match truth:
        case ("callable", _module, ""):
            return True
        case str():
            return "/stub/" in truth or "<thing>" in truth
        case list() | tuple():
            return any(map(is_made_up, truth))
    return False


def rows(reading: Reading, truth: Truth) -> Iterable[tuple[str, tuple[str, str], object, object]]:
    said = composed(reading)
    for pair, value in truth.items():
        if isinstance(value, tuple) and value == ("other", "Config"):
            kind = "unknown" if covered(pair, reading) else "missing"
            yield kind, pair, None, value
        elif pair in said:
            yield judged(said[pair], value), pair, said[pair], value
        else:
            yield ("unknown" if covered(pair, reading) else "missing"), pair, None, value
    for pair, one in said.items():
        if pair not in truth and not isinstance(one, Write) and not is_nothing(one):
            yield "extra", pair, one, None


def edited(path: Path, environ: dict[str, str], counts: Counter[str]) -> None:
    """Exchange every value that can be exchanged, and look at what came of it."""
    content = path.read_bytes()
    before = read_python(content, environ, str(path))
    chances = [write for write in before.writes if write.spliceable]
    truth = stable(path, content)
    for number, write in enumerate(chances):
        wanted = f"jhwizard-{number}"
        try:
            after = splice(content, write, wanted)
        except RefusedError:
            counts["refused"] += 1
            continue
        again = read_python(after, environ, str(path))
        start, end = write.span
        grown = len(after) - len(content)
        pair = (write.cls, write.trait)
        good = (
            after[:start] == content[:start]
            and after[end + grown :] == content[end:]
            and without_lines(again, pair) == without_lines(before, pair)
            and composed(again)[pair] == wanted
            and same_statements(content, after, except_for=[write])
        )
        counts["edits"] += 1
        if not good:
            print("  ", path.name, pair, "read back otherwise")
        counts["edits read back, nothing else changed"] += good
        second = next(w for w in again.writes if (w.cls, w.trait) == pair)
        counts["second edit changes nothing"] += splice(after, second, wanted) == after
        if number % 5 == 0:
            counts.update(executed(path, after, truth, pair, wanted))


def without_lines(reading: Reading, apart: tuple[str, str]) -> dict[tuple[str, str], str]:
    """Return what a file says, but for the lines where it says it."""
    return {
        pair: one.kind if isinstance(one, Write) else repr(plain(one))
        for pair, one in composed(reading).items()
        if pair != apart
    }


def stable(path: Path, content: bytes) -> Truth:
    """Return what a file gives where its edits are tried, without what differs each time."""
    first, second = elsewhere(path, content), elsewhere(path, content)
    if isinstance(first, str) or isinstance(second, str):
        return {}
    return {pair: value for pair, value in first.items() if second.get(pair) == value}


def elsewhere(path: Path, content: bytes) -> Truth | str:
    copy = Path("/tmp/jhwizard-edited") / path.name  # noqa: S108
    copy.parent.mkdir(mode=0o755, exist_ok=True)
    copy.write_bytes(content)
    result, *_with = truth_of(copy)
    copy.unlink()
    return result


def executed(
    path: Path, after: bytes, truth: Truth, pair: tuple[str, str], wanted: str
) -> Counter[str]:
    result = elsewhere(path, after)
    if isinstance(result, str):
        return Counter({"executed: not loaded": 1})
    others = {key for key in truth if key != pair and truth[key] != result.get(key)}
    good = result.get(pair) == ("data", "str", wanted) and not others
    if not good:
        print("  ", path.name, pair, "executed otherwise", sorted(others)[:3])
    return Counter({"executed": 1, "executed as wanted": int(good)})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--edits", action="store_true")
    parser.add_argument("--unknown-environment", action="store_true")
    parser.add_argument("-v", "--verbose", action="count", default=0)
    options = parser.parse_args()
    total: Counter[str] = Counter()
    made_up: Counter[str] = Counter()
    edits: Counter[str] = Counter()
    whole = Counter({"files": 0})
    slowest = 0.0
    for path in sorted(options.folder.rglob("*.py")):
        whole["files"] += 1
        truth, environ, opened = truth_of(path)
        content = path.read_bytes()
        start = time.perf_counter()
        known = None if options.unknown_environment else environ
        reading = read_python(content, known, str(path), opened)
        slowest = max(slowest, time.perf_counter() - start)
        if isinstance(truth, str):
            whole["not loaded"] += 1
            if options.verbose > 1:
                print(f"{path.name}: not loaded: {truth}")
            continue
        found = list(rows(reading, truth))
        counts = Counter(kind for kind, *_rest in found)
        total += counts
        made_up += Counter(kind for kind, _pair, _said, value in found if is_made_up(value))
        whole["loaded"] += 1
        whole["fully exact"] += set(counts) <= {"exact"}
        for kind, pair, said, value in found:
            loud = {*KINDS[1:]} if options.verbose else {"wrong", "missing", "extra"}
            if kind in loud:
                reason = said.reason if isinstance(said, Write) else said
                print(
                    f"{path.name}: {kind} {'.'.join(pair)}: {str(reason)[:150]} / {str(value)[:99]}"
                )
        if options.edits and not ast_fails(content):
            edited(path, environ, edits)
    print(dict(whole), f"slowest {slowest:.3f} s")
    everything = sum(total[kind] for kind in KINDS[:-1]) or 1
    for kind in KINDS:
        print(f"{kind:8} {total[kind]:6} {100 * total[kind] / everything:6.1f} %")
    real = everything - sum(made_up.values())
    exact = total["exact"] - made_up["exact"]
    print(f"without what is a stub's: {exact} of {real} exact, {100 * exact / max(real, 1):.1f} %")
    for name, count in edits.items():
        print(f"{name:40} {count}")


def ast_fails(content: bytes) -> bool:
    try:
        ast.parse(content)
    except (SyntaxError, ValueError):
        return True
    return False


if __name__ == "__main__":
    main()
