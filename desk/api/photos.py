"""Photos over HTTP: a buyer leaves and sees their own, signed-in people see those of conversations."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel

from desk import photos
from desk.api.access import Allowed, Buyer, OurDesk
from desk.api.errors import ApiError, describe
from desk.api.schemas import PathId, example
from desk.base import Desk
from desk.models import Photo
from desk.permissions import Permission
from desk.users import User
from shop.errors import NotFound

router = APIRouter(tags=["photos"])
CHANNEL = "web"
Reader = Annotated[User, Depends(Allowed(Permission.READ_CONVERSATIONS))]
UPLOAD_PATH = "/api/v1/chat/photos"
HEADERS = {
    # A picture is shown, never run; and nobody between us and its viewer keeps it.
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "private, max-age=3600",
}
PHOTO_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in photos.ENDINGS},
    }
}


class PhotoOut(BaseModel):
    """A kept photo; its id goes into a message."""

    model_config = example({"id": "01J9ZQ", "mime": "image/jpeg", "size": 183204})

    id: str
    mime: str
    size: int


@router.post(UPLOAD_PATH, status_code=201, responses=describe(401, 413, 415, 422), openapi_extra=PHOTO_BODY)
async def post_photo(request: Request, buyer_id: Buyer, desk: OurDesk) -> PhotoOut:
    """Leave a photo; the same one again gives the same id."""
    content = await request.body()
    try:
        photo = await photos.store(desk, CHANNEL, buyer_id, content)
    except photos.PhotoRefused as error:
        raise ApiError(415, error.code, str(error), reason=error.because) from error
    return PhotoOut(id=photo.id, mime=photo.mime, size=photo.size)


@router.get(f"{UPLOAD_PATH}/{{photo_id}}", response_class=FileResponse, responses=describe(401, 404, 422))
async def get_own_photo(photo_id: PathId, buyer_id: Buyer, desk: OurDesk) -> FileResponse:
    """A photo of one's own."""
    async with desk.reads() as session:
        photo = await photos.access_photo(session, photo_id, CHANNEL, buyer_id)
    return _show(desk, photo)


@router.get("/api/v1/photos/{photo_id}", response_class=FileResponse, responses=describe(401, 403, 404, 422))
async def get_photo(photo_id: PathId, _reader: Reader, desk: OurDesk) -> FileResponse:
    """A customer's photo, for those who read conversations."""
    async with desk.reads() as session:
        photo = await photos.get_photo(session, photo_id)
    return _show(desk, photo)


def _show(desk: Desk, photo: Photo) -> FileResponse:
    path = photos.path_of(desk, photo)
    if not path.is_file():
        raise NotFound(f"the file of photo {photo.id!r} is gone")
    return FileResponse(path, media_type=photo.mime, headers=HEADERS)
