"""A real web server on this machine that answers exactly what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Site:
    """A web server on this machine. `answers`: by path, all that is sent back; None leaves it open."""

    def __init__(self) -> None:
        self.answers: dict[str, bytes | None] = {}
        self.asked: list[str] = []
        self.headers: list[str] = []
        self.port = 0
        self.over = asyncio.Event()
        self.tasks: set[asyncio.Task[None]] = set()

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Note what is asked and answer it."""
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = head.split(" ", 2)[1]
        self.asked.append(path)
        self.headers.append(head)
        answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        if answer is None:
            await self.over.wait()
        else:
            writer.write(answer)
            await writer.drain()
        writer.close()
        await writer.wait_closed()


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    """A site that listens until the end of the block."""
    site = Site()
    server = await asyncio.start_server(site.serve, "127.0.0.1", 0)
    site.port = server.sockets[0].getsockname()[1]
    try:
        yield site
    finally:
        site.over.set()
        await asyncio.gather(*site.tasks, return_exceptions=True)
        server.close()
        await server.wait_closed()


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """An HTTP answer as it goes over the wire."""
    lines = [f"HTTP/1.1 {status}", "Connection: close", *headers]
    return "\r\n".join([*lines, "", ""]).encode() + body
