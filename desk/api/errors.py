"""Errors as the API shows them: one shape, `{error, message, field?, reason?}`; codes map to statuses."""

from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from desk.errors import DeskError
from shop.errors import ShopError

log = structlog.get_logger(__name__)

STATUS_OF_CODE = {
    "not_found": 404,
    "refused": 409,
    "command_broken": 409,
    "script_broken": 409,
    "conflict": 409,
    "stale_epoch": 409,
    "new_message": 409,
    "facts_changed": 409,
    "not_yours": 403,
    "not_allowed": 403,
    "not_signed_in": 401,
    "sign_in_failed": 401,
    "code_needed": 401,
    "sign_in_locked": 429,
    "proof_failed": 403,
    "pass_refused": 403,
    "too_many_tries": 429,
    "bad_signature": 401,
    "bot_fault": 502,
    "bot_refused": 422,
    "bot_unavailable": 503,
    "unavailable": 503,
}
CODE_OF_STATUS = {
    400: "bad_request",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "wrong_content_type",
    422: "invalid",
}
LOWEST_FAILURE = 500
UNAVAILABLE = 503


class ErrorBody(BaseModel):
    """What every error answer holds."""

    model_config = ConfigDict(extra="allow")

    error: str = Field(description="a stable code", examples=["invalid"])
    message: str = Field(description="one sentence for a person", examples=["Field required"])
    field: str | None = Field(None, description="the field that is wrong, if one is", examples=["text"])
    reason: str | None = Field(
        None, description="the stable name of the ground, where a code has several", examples=["days_over"]
    )


class ApiError(DeskError):
    """An error that the edge itself finds."""

    def __init__(
        self, status: int, code: str, message: str, *, field: str | None = None, **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.field = field
        self.more = more


def describe(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route for OpenAPI."""
    return {
        status: {
            "model": ErrorBody,
            "description": CODE_OF_STATUS.get(status, "error").replace("_", " "),
        }
        for status in statuses
    }


def to_field_error(error: ValidationError | RequestValidationError) -> ApiError:
    """The first fault of a validation as an answer that names the field."""
    fault = error.errors()[0]
    where = [str(part) for part in fault["loc"] if part not in ("body", "query", "path", "header", "cookie")]
    field = ".".join(where) or None
    message = fault["msg"] if field else "the body must be a JSON object"
    return ApiError(422, "invalid", f"{field}: {message}" if field else message, field=field)


def to_response(error: ApiError, headers: dict[str, str] | None = None) -> JSONResponse:
    """The error as an answer."""
    body: dict[str, Any] = {"error": error.code, "message": str(error)}
    if error.field:
        body["field"] = error.field
    return JSONResponse({**body, **error.more}, status_code=error.status, headers=headers)


def install(app: FastAPI) -> None:
    """Give the application its one way to answer errors."""
    app.add_exception_handler(ShopError, _on_known_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(Exception, _on_failure)


async def _on_known_error(_request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, ApiError):
        return to_response(error)
    code = getattr(error, "code", "shop_error")
    status = STATUS_OF_CODE.get(code, LOWEST_FAILURE)
    if status >= LOWEST_FAILURE:
        log.error("api.failed", code=code, reason=str(error))
    more: dict[str, Any] = dict(getattr(error, "details", {}))
    because = getattr(error, "because", None)
    if because is not None:
        more["reason"] = because
    headers = {"Retry-After": "2"} if status == UNAVAILABLE else None
    return to_response(ApiError(status, code, str(error), **more), headers)


async def _on_invalid(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return to_response(to_field_error(error))


async def _on_http_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = CODE_OF_STATUS.get(error.status_code, "http_error")
    return to_response(
        ApiError(error.status_code, code, str(error.detail)), dict(error.headers) if error.headers else None
    )


async def _on_database_error(_request: Request, error: Exception) -> JSONResponse:
    log.error("api.database", reason=type(error).__name__, exc_info=error)
    message = "the database cannot be reached right now; send the same request again"
    return to_response(ApiError(UNAVAILABLE, "unavailable", message), {"Retry-After": "2"})


async def _on_failure(request: Request, error: Exception) -> JSONResponse:
    log.error("api.failed", path=request.url.path, exc_info=error)
    return to_response(ApiError(LOWEST_FAILURE, "internal", "something went wrong here; it has been logged"))
