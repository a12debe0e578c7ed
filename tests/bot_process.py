"""`python -m tests.bot_process`: the bot peer as a process of its own, on the settings a real worker gets."""

import asyncio
import os

from tests.peers import BotPeer, running


async def main() -> None:
    """Answer until ended."""
    peer = BotPeer(secret=os.environ["XIAOER_INTERNAL_SECRET"])
    peer.server.port = int(os.environ["XIAOER_BOT_PORT"])
    async with running(peer):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
