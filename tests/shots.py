"""Snapshots of screens: text and SVG of every step of a flow, compared with the stored ones.

`snapshots/screens/<flow>/<cols>x<rows>-<look>/<NN>-<step>.svg` and `.txt`. The text shows what
changed, the SVG shows colours. `pytest --shots-update` stores what is seen now. A flow goes on
after a difference and fails at its end, with a unified diff and one HTML page of all of them.
"""

from __future__ import annotations

import difflib
import hashlib
import html
import re
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from textual.app import App
from textual.pilot import Pilot
from textual.worker import WorkerFailed

from jhwizard.screens.app import WizardApp

STORED = Path(__file__).parent.parent / "snapshots" / "screens"
LOOKS = {"dark": {}, "light": {"COLORFGBG": "0;15"}, "nocolor": {"NO_COLOR": "1"}}
"""The environment variables that give the wizard each of its looks."""


def text_of(app: App[int]) -> str:
    """Return the characters on the screen, modals included."""
    strips = app.screen._compositor.render_strips()  # noqa: SLF001 - no public way to the text
    return "\n".join(strip.text.rstrip() for strip in strips) + "\n"


def svg_of(app: App[int], title: str) -> str:
    """Return the screen as SVG, without what differs from run to run or needs the network."""
    svg = app.export_screenshot(title=title, simplify=True)
    svg = re.sub(r"terminal-\d+-", "t-", svg)
    svg = re.sub(r"\s*@font-face \{.*?\}\n", "\n", svg, flags=re.DOTALL)
    svg = re.sub(r"<!-- Generated.*?-->\s*", "", svg)
    # A quarter of the file says where each line may not draw, which none does.
    svg = re.sub(
        r'<clipPath id="t-line-.*?</clipPath>\s*| clip-path="url\(#t-line-\d+\)"',
        "",
        svg,
        flags=re.DOTALL,
    )
    lines = svg.replace("Fira Code", "monospace").splitlines()
    return "\n".join(line.rstrip() for line in lines if line.strip()) + "\n"


async def settle(pilot: Pilot[int]) -> None:
    """Wait until nothing is being worked out and the screen stays as it is.

    Painting, scrolling and focus follow each other over several turns of the loop, more of them
    on a busy machine: what counts is that three looks in a row see the same.
    """
    seen: list[str] = []
    while len(seen) < _SAME or len(set(seen[-_SAME:])) > 1:
        await _work_done(pilot.app)
        await pilot.pause(_LOOK)
        seen.append(text_of(pilot.app))
        assert len(seen) < _MOST_LOOKS, "the screen never comes to rest"
    assert pilot.app._exception is None, pilot.app._exception  # noqa: SLF001 - a pilot goes on silently


_SAME, _LOOK, _MOST_LOOKS = 3, 0.02, 600
"""Looks that must agree, seconds between them, and looks after which the screen is restless."""


async def _work_done(app: App[int]) -> None:
    """Wait for the workers; one that waits for an answer to a modal never ends."""
    waiting = [worker for worker in app.workers if worker.group != "dialog"]
    try:
        if waiting:  # an empty list would mean all of them
            await app.workers.wait_for_complete(waiting)
    except WorkerFailed as failure:
        raise failure.error from failure


class Flow:
    """A story on a running wizard: press keys, look, compare the screen."""

    def __init__(self, app: WizardApp, pilot: Pilot[int], shots: Shots) -> None:
        self.app = app
        self.pilot = pilot
        self.shots = shots

    async def step(self, name: str, *keys: str) -> str:
        """Press keys, compare the screen with the stored one, return its text."""
        text = await self.press(*keys)
        self.shots.take(self.app, name)
        return text

    async def press(self, *keys: str) -> str:
        """Press keys as somebody who looks at the screen after each, and return its text."""
        for letter in (letter for key in keys for letter in letters(key)):
            # Notes come and go with each letter and move the page: the last look decides.
            await self.pilot.press(letter)
            await settle(self.pilot)
        return text_of(self.app)


StartFlow = Callable[..., AbstractAsyncContextManager[Flow]]
"""`flow(name, root, size=(80, 24), look="dark", **options of detect)`."""


def letters(key: str) -> list[str]:
    """Return the keys of a story's word: one with a blank before it is typed letter by letter."""
    names = {" ": "space", "-": "minus", ".": "full_stop", ",": "comma", "_": "underscore"}
    return [names.get(c, c) for c in key[1:]] if key[:1] == " " and key != " " else [key]


def tree_hash(root: Path) -> str:
    """Return one number for everything below a directory: names, bytes, modes, owners, links."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        about = path.lstat()
        digest.update(f"{path.relative_to(root)} {about.st_mode:o} {about.st_uid}\n".encode())
        if path.is_symlink():
            digest.update(str(path.readlink()).encode())
        elif path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


class Shots:
    """The snapshots of one flow in one size and look."""

    def __init__(self, flow: str, size: tuple[int, int], look: str, *, update: bool) -> None:
        self.folder = STORED / flow / f"{size[0]}x{size[1]}-{look}"
        self.title = f"jhwizard: {flow.replace('-', ' ')}"
        self.update = update
        self.taken: list[str] = []
        self.differences: list[tuple[str, str]] = []

    def take(self, app: App[int], step: str) -> None:
        """Compare the screen with the stored one, or store it."""
        name = f"{len(self.taken) + 1:02}-{step}"
        self.taken.append(name)
        for suffix, now in ((".txt", text_of(app)), (".svg", svg_of(app, self.title))):
            self._compare(self.folder / f"{name}{suffix}", now)

    def finish(self) -> None:
        """Fail with everything that differs, and with stored files that no step makes."""
        stale = [p for p in sorted(self.folder.glob("*")) if p.stem not in self.taken]
        if self.update:
            for path in stale:
                path.unlink()
            return
        self.differences += [(path.name, "no step of the flow makes this file") for path in stale]
        if self.differences:
            parts = [f"{name}\n{diff}" for name, diff in self.differences]
            page = _report(self.folder, self.differences)
            raise AssertionError("\n".join([f"{self.folder}\nreport: {page}", *parts]))

    def _compare(self, path: Path, now: str) -> None:
        before = path.read_text() if path.exists() else ""
        if before == now:
            return
        if self.update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(now)
            return
        if path.suffix == ".txt":
            diff = difflib.unified_diff(
                before.splitlines(), now.splitlines(), "stored", "now", "", ""
            )
            self.differences.append((path.name, "\n".join(diff)))
        else:
            self.differences.append((path.name, "colours or characters differ"))
            fresh = Path(tempfile.gettempdir()) / "jhwizard-shots" / path.relative_to(STORED)
            fresh.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(now)


def _report(folder: Path, differences: Sequence[tuple[str, str]]) -> Path:
    """Write a page with each stored picture beside the present one, and the two laid together."""
    place = Path(tempfile.gettempdir()) / "jhwizard-shots" / folder.relative_to(STORED)
    place.mkdir(parents=True, exist_ok=True)
    rows = []
    for name, diff in differences:
        if not name.endswith(".svg"):
            rows.append(f"<h2>{name}</h2><pre>{html.escape(diff)}</pre>")
            continue
        old, new = (f'<img src="file://{base / name}">' for base in (folder, place))
        both = f'<div class="both">{old}{new}</div>'
        rows.append(f"<h2>{name}</h2><div class='row'>{old}{new}{both}</div>")
    style = (
        "img{width:30vw}.row{display:flex;gap:1vw}.both{position:relative}"
        ".both img+img{position:absolute;left:0;mix-blend-mode:difference}"
    )
    page = place / "report.html"
    page.write_text(f"<!doctype html><style>{style}</style>{''.join(rows)}")
    return page
