"""Bare figures as answers to a size question: "235", "37", "165 110" (B2). Pure."""

import re

_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,2})?")
SIZES = (30.0, 48.0)
"""European shoe sizes; children's and adults'."""
FOOT_CM = (10.0, 30.0)
FOOT_MM = (100.0, 310.0)
HEIGHTS_CM = (80.0, 210.0)
KG_PER_JIN = 0.5
USUAL_INDEX = 21.0
"""The body mass index in the middle of the usual range: it tells kilograms from 斤."""


def read_foot(text: str) -> dict[str, float | str]:
    """A single bare figure as foot length in millimetres or as the size usually worn; else nothing."""
    found = _NUMBER.findall(text)
    if len(found) != 1:
        return {}
    number = float(found[0])
    if SIZES[0] <= number <= SIZES[1]:
        return {"size": found[0]}
    if FOOT_MM[0] <= number <= FOOT_MM[1]:
        return {"foot_mm": number}
    return {"foot_mm": number * 10} if FOOT_CM[0] <= number < FOOT_CM[1] else {}


def read_body(text: str, height_cm: float | None = None) -> dict[str, float]:
    """Height in centimetres and weight in kilograms from one or two bare figures.

    A weight without its unit is in 斤 or in kilograms, whichever is likelier at that height; without a
    height, 80 and more are 斤.
    """
    numbers = [float(found) for found in _NUMBER.findall(text)]
    if not numbers or len(numbers) > 2:
        return {}
    if len(numbers) == 2 and HEIGHTS_CM[0] <= max(numbers) <= HEIGHTS_CM[1]:
        tall, heavy = max(numbers), min(numbers)
        return {"height_cm": tall, "weight_kg": weigh(heavy, tall)}
    (number,) = numbers if len(numbers) == 1 else (0.0,)
    if height_cm is not None:
        return {"weight_kg": weigh(number, height_cm)} if 20 <= number <= 300 else {}
    return {"height_cm": number} if 140 <= number <= HEIGHTS_CM[1] else {}


def weigh(number: float, height_cm: float) -> float:
    """The kilograms that a figure without a unit means at this height."""
    square = (height_cm / 100) ** 2
    readings = (number, number * KG_PER_JIN)
    return min(readings, key=lambda kilograms: abs(kilograms / square - USUAL_INDEX))
