"""The shop's data in files: import and export over HTTP, as `xiaoer shop import` and `export` do it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from desk import audit
from desk.api.access import Allowed, OurDesk
from desk.api.errors import ApiError, describe
from desk.api.schemas import example
from desk.permissions import Permission
from desk.users import User
from shop.catalogue_terms import CATALOGUE_TERMS, write_catalogue_terms
from shop.data_files.exporting import export_file
from shop.data_files.importing import KINDS, import_file, read_sample
from shop.data_files.mapping import FOLDER, list_mappings
from shop.errors import ImportFileError

router = APIRouter(prefix="/api/v1/shop", tags=["shop data"])
IMPORT_PATH = f"{router.prefix}/import/"
Keeper = Annotated[User, Depends(Allowed(Permission.MANAGE_SHOP_DATA))]
Kind = Literal["sizes", "products", "skus", "customers", "coupons", "promotions", "orders", "shipments"]
Format = Literal["csv", "xlsx", "yml"]
MOST_FAULTS = 2_000
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yml": "application/yaml",
}
FILE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA.values()},
    }
}
assert set(Kind.__args__) == set(KINDS)  # type: ignore[attr-defined]


class SampleBody(BaseModel):
    """The first records under our own names, as texts."""

    columns: list[str]
    rows: list[list[str]]


class Imported(BaseModel):
    """What an import did; with `check` what it would look at."""

    model_config = example(
        {
            "created": 0,
            "updated": 0,
            "unchanged": 123,
            "checked_only": True,
            "sample": {"columns": ["id", "stock"], "rows": [["P1001-曜石黑-39", "7"]]},
        }
    )

    created: int
    updated: int
    unchanged: int
    checked_only: bool = Field(description="nothing was written")
    sample: SampleBody | None = Field(None, description="with `check`: how the first records are understood")


MappingName = Annotated[str, Field(examples=["taobao_orders"])]


@router.get("/mappings", responses=describe(401, 403))
async def get_mappings(_keeper: Keeper) -> list[MappingName]:
    """The mappings of usual exports that come with Xiaoer."""
    return await asyncio.to_thread(list_mappings)


@router.post("/import/{kind}", responses=describe(401, 403, 413, 422), openapi_extra=FILE_BODY)
async def import_data(
    kind: Kind,
    request: Request,
    _keeper: Keeper,
    desk: OurDesk,
    *,
    form: Annotated[Format, Query(alias="format", description="of the file in the body")] = "csv",
    mapping: Annotated[str | None, Query(description="one of the mappings", max_length=60)] = None,
    check: Annotated[bool, Query(description="only say what is wrong")] = False,
) -> Imported:
    """Import the file in the body: all of it, or a 422 whose `rows` name line, column and reason."""
    known = await asyncio.to_thread(list_mappings)
    if mapping is not None and mapping not in known:
        raise ApiError(422, "invalid", f"mapping: must be one of {', '.join(known)}", field="mapping")
    found = FOLDER / f"{mapping}.yml" if mapping else None
    async with _received(request, form) as path:
        sample: SampleBody | None = None
        try:
            if check:
                sample = SampleBody.model_validate(await read_sample(path, found), from_attributes=True)
            summary = await import_file(
                desk.sessions, kind, path, found, zone=desk.policy.current().zone, check_only=check
            )
        except ImportFileError as error:
            raise _to_error(error, path, sample) from None
    audit.note(records=str(summary.records), checked_only=str(check))
    async with desk.transaction():
        pass  # written down after the fact: the import has transactions of its own
    if kind == "products" and not check:
        await write_catalogue_terms(desk.sessions, CATALOGUE_TERMS)
    return Imported(
        created=summary.created,
        updated=summary.updated,
        unchanged=summary.unchanged,
        checked_only=check,
        sample=sample,
    )


@asynccontextmanager
async def _received(request: Request, form: Format) -> AsyncIterator[Path]:
    """The body as a file, for as long as it is read."""
    with tempfile.TemporaryDirectory(prefix="xiaoer-import-") as folder:
        path = Path(folder) / f"body.{form}"
        with path.open("wb") as file:
            async for chunk in request.stream():
                await asyncio.to_thread(file.write, chunk)
        yield path


def _to_error(error: ImportFileError, path: Path, sample: SampleBody | None = None) -> ApiError:
    rows = [{"line": line, "column": column, "reason": reason} for line, column, reason in error.rows]
    more: dict[str, Any] = {"sample": sample.model_dump()} if sample else {}
    message = str(error).replace(str(path), path.name)
    return ApiError(422, error.code, message, faults=len(rows), rows=rows[:MOST_FAULTS], **more)


@router.post(
    "/export/{kind}",
    response_class=Response,
    responses={200: {"content": {media: {} for media in MEDIA.values()}}, **describe(401, 403, 422)},
)
async def export_data(
    kind: Kind,
    _keeper: Keeper,
    desk: OurDesk,
    form: Annotated[Format, Query(alias="format", description="of the file")] = "csv",
) -> Response:
    """All records of a kind as a file that the import reads back. A look at full data, so it is audited."""
    async with desk.transaction():  # the look is written down or it does not happen
        audit.note(format=form)
    with tempfile.TemporaryDirectory(prefix="xiaoer-export-") as folder:
        path = Path(folder) / f"{kind}.{form}"
        try:
            await export_file(desk.sessions, kind, path, zone=desk.policy.current().zone)
        except ImportFileError as error:
            raise _to_error(error, path) from None
        content = await asyncio.to_thread(path.read_bytes)
    named = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return Response(content, media_type=MEDIA[form], headers=named)
