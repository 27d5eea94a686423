"""A machine of its own for a test: this one, but nothing written there reaches the real files.

A mount namespace in which the directories an admin configures are overlays with their upper
layer on a tmpfs, and a process namespace inside it. One process (the keeper) holds both; when it
ends, the kernel ends every other process and forgets the mounts. The keeper ends when its input
is closed, so also when the test run itself is killed. Ports and the rest of the file system are
shared with the real machine. Needs root.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Self

WRITABLE = ("/etc", "/home", "/opt", "/root", "/srv", "/usr/local", "/var/lib")
"""What an admin configures; each is an overlay in a machine."""

NOBODY = 65534
"""The ordinary user of a machine: owns nothing of the real one."""

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

KEEPER = """
set -euo pipefail
tmp=$1 nobody=$2
shift 2
mount -t tmpfs -o mode=0755 jhwizard-tests "$tmp"
mkdir -m 1777 "$tmp/tmp"
mkdir -m 0755 "$tmp/home"
chown "$nobody:$nobody" "$tmp/home"
number=0
for directory in "$@"; do
    layer=$tmp/layers/$((number += 1))
    mkdir -p "$layer/upper" "$layer/work"
    # The overlay's own directory takes its mode and owner from the upper layer.
    chmod --reference="$directory" "$layer/upper"
    chown --reference="$directory" "$layer/upper"
    mount -t overlay -o "lowerdir=$directory,upperdir=$layer/upper,workdir=$layer/work" \\
        overlay "$directory"
done
echo ready
# A shell, because the first process must also reap the orphans.
read -r _ || true
umount --lazy "$tmp"
rmdir "$tmp"
"""

Argv = Sequence[str | os.PathLike[str]]


class Machine:
    """Runs programs and reads and writes files in there; a context manager."""

    tmp: PurePosixPath
    """Anybody may write here; nobody outside the machine sees it."""

    home: PurePosixPath
    """The HOME of NOBODY."""

    def __init__(self, writable: Iterable[str | PurePosixPath] = ()) -> None:
        """Start the machine; `writable` are directories to overlay besides WRITABLE."""
        assert os.geteuid() == 0, "The real tests need root: run them as root."
        self._mount_point = Path(tempfile.mkdtemp(prefix="jhwizard-machine-"))
        self._mount_point.chmod(0o755)
        self.tmp = PurePosixPath(self._mount_point / "tmp")
        self.home = PurePosixPath(self._mount_point / "home")
        self._started: list[subprocess.Popen[bytes]] = []
        overlays = [*WRITABLE, *map(str, writable)]
        own = [
            "--mount",
            "--propagation=private",
            "--pid",
            "--fork",
            "--kill-child",
            "--mount-proc",
        ]
        keep = ["bash", "-c", KEEPER, "keeper", str(self._mount_point), str(NOBODY), *overlays]
        self._keeper = subprocess.Popen(
            ["unshare", *own, *keep],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._keeper.stdout
        ready = self._keeper.stdout.readline()
        assert ready == b"ready\n", "The kernel refused the machine's mounts: see the error above."
        namespaces = f"/proc/{self._keeper.pid}/ns"
        self._enter = ["nsenter", f"--mount={namespaces}/mnt"]
        self._enter += [f"--pid={namespaces}/pid_for_children", "--"]
        self._namespace = Path(namespaces, "pid_for_children").readlink()
        self._first: set[int] = set()
        self._first = set(self.processes())

    @property
    def entering(self) -> list[str]:
        """The words before a command that runs in here; for who starts it by himself."""
        return list(self._enter)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything that runs in the machine and forget all that was written."""
        assert self._keeper.stdin
        assert self._keeper.stdout
        self._keeper.stdin.close()
        try:
            self._keeper.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.wait()
        self._keeper.stdout.close()
        for process in self._started:
            process.wait(timeout=10)
        if self._mount_point.exists():  # only if the keeper had to be killed
            self._mount_point.rmdir()

    def start(  # noqa: PLR0913 - what subprocess offers, and who runs it
        self,
        argv: Argv,
        *,
        user: int | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | PurePosixPath = "/",
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int | IO[bytes] | None = None,
        stderr: int | IO[bytes] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start a program as root, or as `user`, with `env` added to a small fixed environment."""
        become: list[str] = []
        if user is not None:
            become = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        home = self.home if user else PurePosixPath("/root")
        fixed = {"PATH": PATH, "LANG": "C.UTF-8", "HOME": str(home), "TMPDIR": str(self.tmp)}
        process = subprocess.Popen(
            [*self._enter, *become, "env", f"--chdir={cwd}", *argv],
            env=fixed | dict(env or {}),
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        self._started.append(process)
        return process

    def run(  # noqa: PLR0913 - the same
        self,
        argv: Argv,
        *,
        user: int | None = None,
        env: Mapping[str, str] | None = None,
        cwd: str | PurePosixPath = "/",
        input: str = "",  # noqa: A002 - the name subprocess.run gives it
        timeout: float = 60,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, as `start` does; AssertionError with its output on failure."""
        pipe = subprocess.PIPE
        process = self.start(
            argv, user=user, env=env, cwd=cwd, stdin=pipe, stdout=pipe, stderr=pipe
        )
        try:
            out, err = process.communicate(input.encode(), timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        done = subprocess.CompletedProcess(
            [os.fspath(part) for part in argv],
            process.returncode,
            out.decode(errors="replace"),
            err.decode(errors="replace"),
        )
        if check and done.returncode != 0:
            said = f"{done.stdout}\n{done.stderr}".strip()
            raise AssertionError(f"{done.args} ended with status {done.returncode}:\n{said}")
        return done

    def read(self, path: str | PurePosixPath) -> bytes:
        """Return the bytes of a file."""
        pipe = subprocess.PIPE
        process = self.start(["cat", "--", str(path)], stdout=pipe, stderr=pipe)
        content, problem = process.communicate(timeout=60)
        assert process.returncode == 0, problem.decode()
        return content

    def write(
        self,
        path: str | PurePosixPath,
        content: str,
        *,
        mode: int = 0o644,
        user: int | None = None,
    ) -> None:
        """Write a file, and the directories above it, as root or as `user`."""
        script = 'mkdir -p "$(dirname "$1")" && cat >"$1" && chmod "$2" "$1"'
        self.run(["sh", "-c", script, "sh", str(path), f"{mode:o}"], input=content, user=user)

    def stop(self, process: subprocess.Popen[bytes], *, timeout: float = 10) -> None:
        """End a started program: ask it to (SIGTERM), after `timeout` seconds by force."""
        if process.poll() is None:
            # nsenter, which was started, waits for its child, the program.
            children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
            for program in children.split():
                os.kill(int(program), signal.SIGTERM)
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def processes(self) -> dict[int, str]:
        """Return the command line of all that runs in the machine, by its id outside."""
        running: dict[int, str] = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                if (entry / "ns/pid").readlink() == self._namespace:
                    command = (entry / "cmdline").read_bytes().decode(errors="replace")
                    running[int(entry.name)] = command.replace("\0", " ").strip()
            except OSError:
                continue  # ended in the meantime
        # One without a command line has ended; its parent has not noticed yet.
        return {pid: said for pid, said in running.items() if said and pid not in self._first}
