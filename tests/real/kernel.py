"""Runs code in a kernel of a user's server, over the websocket a notebook page would use."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

Message = dict[str, Any]


def execute(url: str, token: str, code: str, timeout: float = 60) -> str:
    """Return all text the code produced: what it printed, its result, its error.

    `url` is that of the kernel's channels, `ws://…/api/kernels/ID/channels`. TimeoutError if the
    kernel is not idle again within `timeout` seconds.
    """
    return asyncio.run(asyncio.wait_for(_execute(url, token, code), timeout))


async def _execute(url: str, token: str, code: str) -> str:
    headers = {"Authorization": f"token {token}"}
    socket = await websocket_connect(HTTPRequest(url, headers=headers))
    try:
        request = _execute_request(code)
        await socket.write_message(json.dumps(request))
        return "".join([text async for text in _texts(socket, request["header"]["msg_id"])])
    finally:
        socket.close()


def _execute_request(code: str) -> Message:
    header = {"msg_id": uuid.uuid4().hex, "session": uuid.uuid4().hex, "username": "test"}
    header |= {"msg_type": "execute_request", "version": "5.3", "date": ""}
    content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
    return {
        "channel": "shell",
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
    }


async def _texts(socket: WebSocketClientConnection, request_id: str) -> AsyncIterator[str]:
    """Give the texts of one request, until the kernel is idle again."""
    while (received := await socket.read_message()) is not None:
        message: Message = json.loads(received)
        if message["parent_header"].get("msg_id") != request_id:
            continue
        content = message["content"]
        if message["msg_type"] == "status" and content["execution_state"] == "idle":
            return
        yield _text(message["msg_type"], content)
    raise ConnectionError("The server closed the kernel's websocket before the answer was there.")


def _text(kind: str, content: Message) -> str:
    """Return what a person would see of one message."""
    if kind == "stream":
        return str(content["text"])
    if kind in {"execute_result", "display_data"}:
        return str(content["data"].get("text/plain", ""))
    if kind == "error":
        return f"{content['ename']}: {content['evalue']}"
    return ""
