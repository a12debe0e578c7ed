"""The recipe of the demo orders (`demo_orders.yml`): how many of which case, and what couriers write."""

from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, ValidationError

from shop.errors import ImportFileError
from shop.models import ParcelState, Stage
from shop.policy import Section

Range = tuple[float, float]


class Case(Section):
    """A number of like orders."""

    name: str
    count: Annotated[int, Field(ge=1)]
    stage: Stage
    parcel: ParcelState | None = None
    created_days: Range | None = None
    last_scan_hours: Range | None = None
    signed_days: Range | None = None
    scans: tuple[str, ...] = ()
    buyers: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    sale: str = "normal"
    promotion: str | None = None
    flag: str | None = None
    back: ParcelState | None = None
    reason: str | None = None
    cancelled: bool = False


class Recipe(Section):
    """The whole recipe."""

    seed: int
    cases: list[Case]
    scans: dict[str, tuple[str, str]]
    couriers: dict[str, tuple[str, int]]


def load_recipe(path: Path) -> Recipe:
    """The validated recipe. Raises ImportFileError."""
    try:
        return Recipe.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise ImportFileError(f"{path}: {error}") from error
