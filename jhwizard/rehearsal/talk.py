"""Talks to a kernel of a person's server over the websocket a notebook page would use.

Python 3.8 and later; tornado, which every Jupyter server brings.
"""

# Before Python 3.11 asyncio's TimeoutError is another one than the built-in.
# ruff: noqa: UP041

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

Message = Any
_SUMS = {"bash": "echo $((1+1))", "sh": "echo $((1+1))"}
"""How one adds where `1+1` is no sum."""


class KernelError(Exception):
    """The kernel ended, or did not answer in time; the text says it."""


def proved(address: str, token: str, language: str, codes: list[str], seconds: float) -> list[str]:
    """Return the texts that a sum, and then each of `codes`, gave in a kernel that runs.

    `address` is that of its channels. Raises KernelError.
    """
    codes = [_SUMS.get(language.lower(), "1+1"), *codes]
    try:
        return asyncio.run(asyncio.wait_for(_proved(address, token, codes, seconds), seconds))
    except asyncio.TimeoutError as error:
        raise KernelError("it gave no answer within %g seconds" % seconds) from error  # noqa: UP031
    except (OSError, ValueError) as error:
        raise KernelError(str(error)) from error


def memory(kernel: str) -> int | None:
    """Return the bytes of memory a kernel's process has; None where it is not found."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if kernel.encode() in (process / "cmdline").read_bytes():
                lines = (process / "status").read_text().splitlines()
                return next(int(x.split()[1]) * 1024 for x in lines if x.startswith("VmRSS:"))
        except (OSError, StopIteration, ValueError):
            continue
    return None


async def connected(address: str, token: str) -> Any:  # noqa: ANN401 - tornado's
    """Return an open websocket to the channels of a kernel."""
    from tornado.httpclient import HTTPClientError, HTTPRequest  # noqa: PLC0415 - as installed
    from tornado.websocket import websocket_connect  # noqa: PLC0415

    request = HTTPRequest(
        address, headers={"Authorization": "token " + token}, connect_timeout=60, request_timeout=60
    )
    try:
        return await websocket_connect(request)
    except HTTPClientError as error:
        raise KernelError(str(error)) from error


async def _proved(address: str, token: str, codes: list[str], seconds: float) -> list[str]:
    socket = await connected(address, token)
    try:
        await _informed(socket, time.monotonic() + seconds)
        return [await run(socket, code) for code in codes]
    finally:
        socket.close()


async def _informed(socket: Any, deadline: float) -> None:  # noqa: ANN401 - tornado's
    """Ask for `kernel_info` until it comes: what is asked before a kernel listens is lost."""
    while True:
        request = _message("kernel_info_request", {})
        await socket.write_message(json.dumps(request))
        try:
            wait = min(5.0, max(0.1, deadline - time.monotonic()))
            await asyncio.wait_for(_until(socket, request, "kernel_info_reply"), wait)
        except asyncio.TimeoutError:
            if time.monotonic() >= deadline:
                raise
        else:
            return


async def _until(socket: Any, request: Message, kind: str) -> None:  # noqa: ANN401 - tornado's
    async for received in _answers(socket, request):
        if received["msg_type"] == kind:
            return


async def run(socket: Any, code: str) -> str:  # noqa: ANN401 - tornado's
    """Run code and return all text it gave, until the kernel is idle again."""
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    request = _message("execute_request", content)
    await socket.write_message(json.dumps(request))
    texts = []
    async for received in _answers(socket, request):
        said = received["content"]
        if received["msg_type"] == "status" and said["execution_state"] == "idle":
            break
        texts.append(_text(received["msg_type"], said))
    return "".join(texts)


async def _answers(socket: Any, request: Message) -> AsyncIterator[Message]:  # noqa: ANN401
    while True:
        said = await socket.read_message()
        if said is None:
            raise KernelError("the server closed its connection")
        received = json.loads(said)
        state = received["content"].get("execution_state")
        if received["msg_type"] == "status" and state in ("dead", "restarting", "autorestarting"):
            raise KernelError("it ended before it answered")
        if received["parent_header"].get("msg_id") == request["header"]["msg_id"]:
            yield received


def _message(kind: str, content: Message) -> Message:
    header = {"msg_id": uuid.uuid4().hex, "session": uuid.uuid4().hex, "username": "jhwizard"}
    header.update({"msg_type": kind, "version": "5.3", "date": ""})
    return {
        "channel": "shell",
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
    }


def _text(kind: str, content: Message) -> str:
    if kind == "stream":
        return str(content["text"])
    if kind in ("execute_result", "display_data"):
        return str(content["data"].get("text/plain", ""))
    if kind == "error":
        return "%s: %s" % (content["ename"], content["evalue"])  # noqa: UP031
    return ""


def stay(address: str, token: str, code: str, seconds: float, joined: threading.Event) -> None:
    """Join a kernel, let it run `code` if there is any, and stay connected for some seconds."""
    with contextlib.suppress(KernelError, OSError, ValueError, asyncio.TimeoutError):
        asyncio.run(_stay(address, token, code, seconds, joined))
    joined.set()


async def _stay(
    address: str, token: str, code: str, seconds: float, joined: threading.Event
) -> None:
    socket = await connected(address, token)
    await _informed(socket, time.monotonic() + 30)
    if code:
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        await socket.write_message(json.dumps(_message("execute_request", content)))
        await asyncio.sleep(1)
    joined.set()
    await asyncio.sleep(seconds)
    socket.close()
