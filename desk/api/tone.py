"""The tone check for what people type: findings with a better wording (A3–A7)."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import AfterValidator, BaseModel, Field

from desk.api.access import Allowed
from desk.api.errors import describe
from desk.api.schemas import clean_text, example
from desk.permissions import Permission
from desk.users import User
from shop.figures import list_forms
from shop.tone import check_tone, improve

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])
LONGEST_TEXT = 5_000
MOST_FACTS = 200
Writer = Annotated[User, Depends(Allowed(Permission.CHECK_TONE))]


class PinnedFact(BaseModel):
    """A fact that the text may rest a promise on."""

    name: Annotated[str, Field(max_length=80)]
    value: Any = None


class ToneIn(BaseModel):
    """What is about to be sent."""

    model_config = example(
        {
            "text": "亲,今天不能发货,保证11月25日发出",
            "facts": [{"name": "ship_by", "value": "2026-11-25"}],
        }
    )

    text: Annotated[str, Field(max_length=LONGEST_TEXT), AfterValidator(clean_text)]
    facts: Annotated[list[PinnedFact], Field(max_length=MOST_FACTS)] = []


class ToneFinding(BaseModel):
    """`text[start:end]` may be replaced by `better`. `rule` is the rule book's id."""

    kind: str
    rule: str
    start: int
    end: int
    text: str
    better: str
    why: str


class ToneOut(BaseModel):
    """The findings in the order of the text, and the text with all of them mended."""

    model_config = example(
        {
            "findings": [
                {
                    "kind": "refusal",
                    "rule": "A6",
                    "start": 4,
                    "end": 6,
                    "text": "不能",
                    "better": "暂时无法",
                    "why": "say what is possible instead",
                }
            ],
            "better": "非常抱歉,亲,今天暂时无法发货,11月25日发出",
        }
    )

    findings: list[ToneFinding]
    better: str


@router.post("/tone", responses=describe(401, 403, 413, 422))
async def check(body: ToneIn, writer: Writer) -> ToneOut:
    """What in a text breaks the shop's tone, and what to say instead. Nothing is stored."""
    pinned = [form for fact in body.facts if fact.value is not None for form in list_forms(fact.value)]
    found = check_tone(body.text, pinned=pinned)
    return ToneOut(
        findings=[ToneFinding.model_validate(one, from_attributes=True) for one in found],
        better=improve(body.text, pinned=pinned),
    )
