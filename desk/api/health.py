"""Whether the desk lives, what of it is ready, and its figures."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from desk import readiness
from desk.api.access import OurDesk, get_metrics
from desk.api.schemas import example
from desk.metrics import Metrics

router = APIRouter(tags=["health"])
EXPOSITION = "text/plain; version=0.0.4; charset=utf-8"


class Alive(BaseModel):
    """The process answers."""

    model_config = example({"status": "ok"})

    status: str


class PartBody(BaseModel):
    """One part."""

    ready: bool
    detail: str


class ReadyBody(BaseModel):
    """What is ready. Messages are accepted even while the bot and the actions are not."""

    model_config = example(
        {
            "status": "ready",
            "detail": "ready for the desk, the bot may follow",
            "parts": {
                "database": {"ready": True, "detail": "sqlite"},
                "bot": {"ready": False, "detail": "the model is being loaded"},
            },
        }
    )

    status: str = Field(description="ready | not_ready")
    detail: str
    parts: dict[str, PartBody]


@router.get("/healthz")
async def get_health() -> Alive:
    """Whether the process lives."""
    return Alive(status="ok")


@router.get("/readyz", responses={503: {"model": ReadyBody, "description": "messages are not accepted"}})
async def get_readiness(
    desk: OurDesk, response: Response, metrics: Annotated[Metrics, Depends(get_metrics)]
) -> ReadyBody:
    """Whether messages are accepted, and which part is not ready."""
    parts = await readiness.check_parts(desk)
    for name, part in parts.items():
        metrics.ready.labels(name).set(part.ready)
    accepts = readiness.can_accept(parts)
    response.status_code = 200 if accepts else 503
    missing = [name for name, part in parts.items() if not part.ready]
    detail = "ready"
    if missing:
        detail = f"not ready: {', '.join(missing)}"
        if accepts:
            detail = f"ready for the desk, to follow: {', '.join(missing)}"
    return ReadyBody(
        status="ready" if accepts else "not_ready",
        detail=detail,
        parts={name: PartBody(ready=part.ready, detail=part.detail) for name, part in parts.items()},
    )


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def get_metrics_text(desk: OurDesk, metrics: Annotated[Metrics, Depends(get_metrics)]) -> Response:
    """The figures for Prometheus."""
    counts = {
        (kind, state): count
        for kind in readiness.list_kinds()
        for state, count in (await readiness.count_by_state(desk, kind)).items()
    }
    metrics.set_states(counts)
    metrics.set_counted(desk.counters.counts)
    return Response(metrics.render(), media_type=EXPOSITION)
