"""What the assistant would understand and decide, without any effect."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from desk import processing
from desk.api.access import OurDesk, access_preview
from desk.api.channels import check_length
from desk.api.errors import describe
from desk.api.schemas import QUESTION, Question, clean_text, example

router = APIRouter(prefix="/api/v1", tags=["understand"])


class UnderstandIn(BaseModel):
    """A customer's words."""

    model_config = example({"text": "这款39码还有货吗"})

    text: Annotated[str, AfterValidator(clean_text)]


class Understood(BaseModel):
    """The questions found, how grave it is, and what would become of it."""

    model_config = example({"questions": [QUESTION], "severity": "none", "decision": "auto"})

    questions: list[Question]
    severity: str
    decision: str = Field(description="auto | suggest | handoff")


@router.post(
    "/understand", dependencies=[Depends(access_preview)], responses=describe(401, 403, 413, 422, 503)
)
async def understand(body: UnderstandIn, desk: OurDesk) -> Understood:
    """What a text would get from a new guest. For signed-in people, or with the internal secret."""
    check_length(desk, body.text)
    found: dict[str, Any] = await processing.preview(desk, body.text)
    return Understood.model_validate(found)
