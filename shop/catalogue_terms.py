"""What customers call the goods, in a file for the bot's recogniser: the bot knows no database."""

import asyncio
from pathlib import Path

from sqlalchemy import select

from shop.db import Sessions, reading
from shop.models import Product
from shop.replacing import replacing

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
    with replacing(path) as draft:
        draft.write_text(text, encoding="utf-8")
