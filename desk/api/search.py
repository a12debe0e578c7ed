"""Search over conversations: order number, customer, words."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, Field

from desk.api.access import OurDesk, cover
from desk.api.conversations import SUMMARY, Reader, Summary, summarise
from desk.api.errors import describe
from desk.api.schemas import clean_text, example
from desk.search import search

router = APIRouter(prefix="/api/v1/desk/search", tags=["desk"])


class HitBody(BaseModel):
    """A conversation that fits and why."""

    model_config = example({"found_in": "message", "snippet": "…我要换39码…", "conversation": SUMMARY})

    found_in: str = Field(description="order | customer | message")
    snippet: str
    conversation: Summary


@router.get("", responses=describe(401, 403, 422))
async def search_conversations(
    agent: Reader,
    desk: OurDesk,
    q: Annotated[
        Annotated[str, AfterValidator(clean_text)],
        Query(min_length=1, max_length=60, examples=["39码"], description="order number, name, id or words"),
    ],
    limit: Annotated[int, Query(ge=1, le=100)] = 30,
) -> list[HitBody]:
    """The conversations that fit, by order number first, then customer, then what was said."""
    words = q.strip()
    if not words:
        return []
    async with desk.reads() as session:
        hits = await search(session, words, limit)
        rows = await summarise(session, [hit.conversation for hit in hits], agent, desk)
        return [
            HitBody(found_in=hit.found_in, snippet=cover(hit.snippet, agent), conversation=row)
            for hit, row in zip(hits, rows, strict=True)
        ]
