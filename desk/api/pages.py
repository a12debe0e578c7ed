"""The built pages: the agents' at `/`, the customer's at `/chat`."""

import asyncio
from html import escape
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data: https:; font-src 'self' data:; "
    "style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Xiaoer</title>
<body><h1>Xiaoer runs</h1><p>The web pages are not built yet: run <code>make setup</code>.</p>
<p>They are looked for in <code>{folder}</code>. The API is described at
<a href="/openapi.json">/openapi.json</a>.</p></body></html>"""


class Assets(StaticFiles):
    """Files of the built pages; not found while nothing is built."""

    async def check_config(self) -> None:
        """Raises a 404 instead of a failure when the folder is not there."""
        if not await asyncio.to_thread(Path(str(self.directory)).is_dir):
            raise HTTPException(404)


def install(app: FastAPI, folder: Path) -> None:
    """Serve the pages of a folder; where they are not built, a page that says how to build them."""

    async def desk_page() -> Response:
        return _page(folder, "index.html")

    async def chat_page() -> Response:
        return _page(folder, "chat.html")

    app.add_api_route("/", desk_page, include_in_schema=False)
    app.add_api_route("/chat", chat_page, include_in_schema=False)
    app.mount("/assets", Assets(directory=folder / "assets", check_dir=False), name="assets")


def _page(folder: Path, name: str) -> Response:
    path = folder / name
    if not path.is_file():
        return HTMLResponse(NOT_BUILT.format(folder=escape(str(folder))), headers=HEADERS)
    return FileResponse(path, headers=HEADERS)
