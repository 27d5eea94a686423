"""Asks a kernel's own installer what it would write, in a directory of its own that goes again.

The installer is code of the environment it belongs to, and often run as root: so it is started
only where nobody but root, or whoever runs jhwizard, can change it. An answer that names the
Python is no reason to trust those who may write to its environment.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from jhwizard.answers import Answers
from jhwizard.errors import WizardError
from jhwizard.facts import Facts, StagedKernel
from jhwizard.host import LARGEST, Host
from jhwizard.jupyter.home_kernels import out_of_reach
from jhwizard.jupyter.kernelspecs import fault, has_ipykernel, parsed
from jhwizard.jupyter.user_site import writable_by_people
from jhwizard.language import _
from jhwizard.settings.install_kernels import KEY, kernel_places
from jhwizard.settings.install_kind import Wanted, wanted_kernels

Progress = Callable[[str], None]
_SECONDS = 60.0
"""Half a second is usual; a slow or busy disk may take many more."""
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MOST_FILES = 20
_MISSING = re.compile(r"No module named '?ipykernel")


def with_staged_kernels(facts: Facts, answers: Answers, host: Host, progress: Progress) -> Facts:
    """Return facts that know what the installers would write; never raises."""
    wanted = wanted_kernels(answers[KEY]) if answers.changed(KEY) else ()
    for kernel in wanted:
        known = facts.staged.get(str(kernel))
        if known is None or known.problem:
            progress(_("Asking {python} for its kernel").format(python=kernel.python))
            known = _staged(kernel, facts, host)
        facts = _beside(kernel, known, facts, host)
    return facts


def _beside(kernel: Wanted, staged: StagedKernel, facts: Facts, host: Host) -> Facts:
    """Return facts with a staged kernel, and with the files that stand where it would."""
    files = dict(facts.files)
    for place in kernel_places(kernel.name, facts):
        for name in staged.files:
            try:
                files[place / name] = host.read(place / name)
            except WizardError as error:
                staged = StagedKernel(problem=f"{place / name}: {error.text}")
    return replace(facts, files=files, staged={**facts.staged, str(kernel): staged})


def _staged(kernel: Wanted, facts: Facts, host: Host) -> StagedKernel:
    try:
        _refuse(_cannot_be_asked(kernel.python, host))
        files = _written(kernel, host)
        _refuse(_cannot_run(kernel, files, facts, host))
    except WizardError as error:
        missing = _MISSING.search(error.text)
        return StagedKernel(problem=_no_ipykernel(kernel.python, host) if missing else error.text)
    return StagedKernel(files)


def _refuse(why: str) -> None:
    if why:
        raise WizardError(why)


def _cannot_be_asked(python: PurePosixPath, host: Host) -> str:
    """Return why an interpreter is not started; empty when it may be."""
    if not host.is_this_machine:
        return _("programs under another root are not started")
    if not host.may_start(python):
        return _("there is no program {python}").format(python=python)
    prefix = python.parent.parent
    # A link may lead into another environment, or to the Python that a virtual one stands on.
    prefixes = (prefix, host.inside(host.real(python)).parent.parent)
    theirs = next((t for p in prefixes if (t := writable_by_people(host, p))), None)
    if theirs or not host.is_trusted(python):
        text = _(
            "{python} was not started, as other people than root may change {what}: let its owner "
            "install the kernel into their home, and share it with kernels.share"
        )
        return text.format(python=python, what=theirs or _("it"))
    if not has_ipykernel(host, prefix):
        return _no_ipykernel(python, host)
    return out_of_reach(host, python)


def _no_ipykernel(python: PurePosixPath, host: Host) -> str:
    prefix = python.parent.parent
    command = f"{python} -m pip install ipykernel"
    if host.exists(prefix / "conda-meta"):
        command = f"conda install --prefix {prefix} ipykernel"
    text = _("ipykernel is not installed in {prefix}: run `{command}` first")
    return text.format(prefix=prefix, command=command)


def _written(kernel: Wanted, host: Host) -> dict[str, bytes]:
    """Return the files that the installer wrote. Raises WizardError where it failed."""
    with tempfile.TemporaryDirectory(prefix="jhwizard-") as directory:
        # Isolated, without bytecode, and at home nowhere: nothing else shall be written.
        argv = [str(kernel.python), "-I", "-B", "-m", "ipykernel", "install"]
        argv += [f"--prefix={directory}", f"--name={kernel.name}", f"--display-name={kernel.title}"]
        host.run(argv, seconds=_SECONDS, home=Path(directory))
        try:
            return _read(Path(directory, "share/jupyter/kernels", kernel.name))
        except OSError as error:
            why = _("its installer wrote no kernel: {why}").format(why=error.strerror)
            raise WizardError(why) from error


def _read(directory: Path) -> dict[str, bytes]:
    paths = sorted(directory.iterdir())
    if len(paths) > _MOST_FILES or not all(map(_is_plain, paths)):
        raise WizardError(_("its installer wrote what no kernel has"))
    return {path.name: path.read_bytes() for path in paths}


def _is_plain(path: Path) -> bool:
    regular = path.is_file() and not path.is_symlink()
    return regular and path.stat().st_size <= LARGEST and bool(_FILE.fullmatch(path.name))


def _cannot_run(kernel: Wanted, files: Mapping[str, bytes], facts: Facts, host: Host) -> str:
    """Return why people could not start what the installer wrote; empty when they can."""
    try:
        spec = json.loads(files.get("kernel.json", b"").decode())
    except (ValueError, RecursionError):
        spec = None
    if not isinstance(spec, dict):
        return _("its installer wrote no kernel.json")
    found = parsed(PurePosixPath(kernel.name), spec)
    program = PurePosixPath(found.argv[0] if found.argv else "")
    if not program.is_absolute():
        return _("its kernel.json names no program by its whole path")
    return out_of_reach(host, program) or fault(host, found, facts.user)
