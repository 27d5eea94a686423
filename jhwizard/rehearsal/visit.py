"""Goes through a rehearsal's hub as people do, and tells what it sees, one line of JSON each.

Run by the users' Python (3.8 and later). It knows names to look at and nothing of what they should
be: what is right is judged elsewhere.
"""

from __future__ import annotations

import json
import re
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jhwizard.rehearsal import talk
from jhwizard.rehearsal.browse import Browser, Reply
from jhwizard.rehearsal.visit_hub import Hub, see_active_limit, see_culler, see_named_servers
from jhwizard.rehearsal.visit_idle import see_idle

_EXTENSIONS = """
import sys as _s
print(sorted({n.replace('IPython.extensions.', '', 1)
              for n in get_ipython().extension_manager.loaded
              if n in _s.modules or 'IPython.extensions.' + n in _s.modules}))
"""
_LEGACY_PAGES, _MOST_TEXT = ("lab", "tree"), 300
_said = threading.Lock()
_loaded: list[str] = []
"""The kernel that has told its extensions: the first one does."""


def main() -> None:
    """Visit the hub that the file named by the first argument describes."""
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    started = time.monotonic()
    hub = Hub(told)
    if not hub.answers():
        say("hub silent")
        return
    say("hub", seconds=time.monotonic() - started, **hub.side("limits"))
    if told["seconds"]:
        see_idle(hub, say)
        say("end")
        return
    with ThreadPoolExecutor(2) as people:
        asked = threading.Event()
        limits = people.submit(_see_limits, hub, asked)
        if told["servers"]:
            people.submit(_guarded, _see_server, hub, asked).result()
        asked.set()
        limits.result()
    see_culler(hub, say)
    say("end")


def say(what: str, **more: object) -> None:
    """Tell one observation."""
    with _said:
        sys.stdout.write(json.dumps({"what": what, **more}, default=str) + "\n")
        sys.stdout.flush()


def _guarded(see: Any, *given: Any) -> None:  # noqa: ANN401 - any of the below
    try:
        see(*given)
    except Exception as error:  # noqa: BLE001 - what is missing is told as not seen
        say("failed", where=see.__name__, why=repr(error)[:_MOST_TEXT])


def _see_limits(hub: Hub, asked: threading.Event) -> None:
    _guarded(see_named_servers, hub, say)
    asked.wait(120)
    _guarded(see_active_limit, hub, say)


def _see_server(hub: Hub, asked: threading.Event) -> None:
    user = hub.told["user"]
    browser = Browser(hub.address)
    began = time.monotonic()
    browser.log_in(user)
    reply = browser.open("hub/spawn/" + user)
    asked.set()
    why = hub.wait_for_server(user)
    if why:
        text = " ".join(re.sub(r"<[^>]*>", " ", reply.text).split())
        say("landing", ready=False, why=why, page=text[:_MOST_TEXT])
        return
    seconds = time.monotonic() - began
    _see_objects(hub)
    landed = browser.open("user/%s/" % user)  # noqa: UP031
    say("landing", ready=True, seconds=seconds, **_page(landed), base=hub.base)
    _see_page(hub)
    _see_kernels(hub)


def _page(reply: Reply) -> dict[str, object]:
    data = 'id="jupyter-config-data"' in reply.text
    return {"path": reply.path, "status": reply.status, "title": reply.title, "config_data": data}


def _see_objects(hub: Hub) -> None:
    """Tell what the server wrote down of itself; it does so when it begins to answer."""
    seen, end = Path(hub.told["seen"]), time.monotonic() + 5
    unwatched = hub.side("")["replaced"].get("unwatched", "")
    while not unwatched and not seen.exists() and time.monotonic() < end:
        time.sleep(0.02)
    found = json.loads(seen.read_text(encoding="utf-8")) if seen.exists() else {}
    say("server", unwatched=unwatched, found=found)


def _see_page(hub: Hub) -> None:
    """Tell what the first page that is JupyterLab's or Notebook 7's says to the browser."""
    for path in _LEGACY_PAGES:
        reply = hub.server("GET", path)
        pattern = r'id="jupyter-config-data"[^>]*>(.*?)</script>'
        found = re.search(pattern, reply.text, re.DOTALL)
        if found:
            told = json.loads(found[1])
            off, locked = told.get("disabledExtensions", []), told.get("lockedExtensions", [])
            say("page", path=path, status=reply.status, disabled=off, locked=locked)
            return
        if reply.status >= 500:  # noqa: PLR2004 - the server's own fault
            say("page", path=path, status=reply.status)
            return
    say("page", path="", status=reply.status)


def _see_kernels(hub: Hub) -> None:
    reply = hub.server("GET", "api/kernelspecs")
    offered = reply.json() if reply.status == 200 else None  # noqa: PLR2004
    specs = (offered or {}).get("kernelspecs", {})
    default = (offered or {}).get("default", "")
    say("kernelspecs", status=reply.status, default=default, names=sorted(specs))
    first = [default, *hub.told["kernels"], *sorted(specs)]
    names = list(dict.fromkeys(name for name in first if name in specs or name == default))
    most = hub.told["most_kernels"]
    with ThreadPoolExecutor(2) as pool:
        tasks = [
            pool.submit(_guarded, _see_kernel, hub, name, specs.get(name, {}).get("spec", {}))
            for name in names[:most]
        ]
    for task in tasks:
        task.result()
    if not any(_language(specs, name) == "python" for name in names[:most]):
        say("ipython", kernel="")
    elif not _loaded:
        say("ipython", kernel=default, loaded=None)
    say("kernels", left_out=names[most:])


def _language(specs: Any, name: str) -> str:  # noqa: ANN401 - JSON
    return str(specs.get(name, {}).get("spec", {}).get("language", "")).lower()


def _missing(spec: dict[str, Any]) -> str:
    """Return that a kernel's program is not there; nothing where it is, or is looked for."""
    program = str(next(iter(spec.get("argv", [])), ""))
    gone = program.startswith("/") and not Path(program).exists()
    return "; there is no program " + program if gone else ""


def _see_kernel(hub: Hub, name: str, spec: dict[str, Any]) -> None:
    """Start a kernel, have it add, and tell time and memory; of Python also its extensions."""
    began = time.monotonic()
    patience, language = hub.told["kernel_seconds"], str(spec.get("language", "")).lower()
    reply = hub.server("POST", "api/kernels", {"name": name})
    number = str((reply.json() or {}).get("id", ""))
    texts: list[str] = []
    if reply.status != 201 or not number:  # noqa: PLR2004 - created
        why = "HTTP %d: %s%s" % (reply.status, _reason(reply), _missing(spec))  # noqa: UP031
        say("kernel", name=name, ok=False, why=why[:_MOST_TEXT])
    else:
        try:
            address = hub.server_address("api/kernels/%s/channels" % number)  # noqa: UP031
            address = address.replace("http:", "ws:", 1)
            codes = [_EXTENSIONS] if language == "python" else []
            texts = talk.proved(address, hub.token, language, codes, patience)
            taken = {"seconds": time.monotonic() - began, "memory": talk.memory(number)}
            say("kernel", name=name, ok=True, answer=texts[0].strip()[:_MOST_TEXT], **taken)
        except talk.KernelError as error:
            say("kernel", name=name, ok=False, why=str(error)[:_MOST_TEXT])
        hub.server("DELETE", "api/kernels/" + number)
    if texts[1:] and texts[1].startswith("[") and not _loaded:
        _loaded.append(name)
        say("ipython", kernel=name, loaded=re.findall(r"'([^']*)'", texts[1]))


def _reason(reply: Reply) -> str:
    said = reply.json()
    if isinstance(said, dict):
        trace = str(said.get("traceback", "") or "").strip().splitlines()
        return str(trace[-1] if trace else said.get("message", "") or said.get("reason", ""))
    return reply.title or reply.text
