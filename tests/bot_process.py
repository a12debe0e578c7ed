"""`python -m tests.bot_process`: the bot peer as a process of its own, on the settings a real worker gets."""

import asyncio
import os

from tests.peers import BotPeer, Json, answer, greeting, question, reading, reply, running

DOUBTFUL = answer(question(reading("greet", 0.5, reply("greet"))))


class Doubting(dict[str, Json]):
    """Answers to texts with 也许 are doubtful, all others sure."""

    def get(self, text: str, default: Json | None = None) -> Json:  # type: ignore[override]
        """The answer to a text."""
        return DOUBTFUL if "也许" in text else answer(greeting())


async def main() -> None:
    """Answer until ended."""
    peer = BotPeer(answers=Doubting(), secret=os.environ["XIAOER_INTERNAL_SECRET"])
    peer.server.port = int(os.environ["XIAOER_BOT_PORT"])
    async with running(peer):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
