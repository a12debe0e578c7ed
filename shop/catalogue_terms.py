"""What customers call the goods, in a file for the bot's recogniser: the bot knows no database."""

import asyncio
import os
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import select

from shop.db import Sessions, reading
from shop.models import Product

CATALOGUE_TERMS = Path(__file__).parents[1] / "var" / "catalogue_terms.txt"
"""The file the bot reads. It runs in the checkout, wherever `XIAOER_HOME` lies."""


async def write_catalogue_terms(sessions: Sessions, path: Path) -> int:
    """Write what customers call the goods, one name a line; how many lines.

    A name of several products stands there once. The file is replaced at once, never half written.
    Raises OSError when it cannot be written.
    """
    async with reading(sessions) as session:
        query = select(Product.short_name, Product.aliases).order_by(Product.id)
        rows = (await session.execute(query)).all()
    names = (" ".join(name.split()) for row in rows for name in (row.short_name, *row.aliases))
    lines = [f"{name}\n" for name in dict.fromkeys(names) if name]
    await asyncio.to_thread(_replace, path, "".join(lines))
    return len(lines)


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)
