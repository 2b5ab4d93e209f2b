"""Preprocessing in metadata, checked as the library checks it, so that no file is written that it would refuse."""

import math
import re

from .problems import ConversionError

CHOICES = {
    "input.rule": ("stretch", "fit", "area", "short-side", "native"),
    "input.channels": ("RGB", "BGR"),
    "input.cell_order": ("rows", "columns"),
    "input.divide_by_max": ("true", "false"),
    "output.activation": ("none", "sigmoid"),
    "output.rescale": ("none", "minmax"),
}
LIMITS = {"input.multiple": 1024, "input.base_side": 16_384}
KEYS = (*CHOICES, *LIMITS, "input.size", "input.closer_look", "input.larger_look", "input.mean", "input.std", "output.channel")
# Rules by which a part of a picture becomes as large as the whole does.
ENLARGING = ("fit", "area", "stretch")

# What a file states although it is the rule: readers of the metadata need not know it.
COMMON = {"input.multiple": "1", "input.channels": "RGB", "input.divide_by_max": "false", "output.rescale": "none"}


def recipe(published: dict[str, str], stated: dict[str, str], overrides: dict[str, str]) -> dict[str, str]:
    """The network's published recipe, over it what the source states, over both what the caller says."""
    if not published:
        if overrides:
            raise ConversionError("this network has no recipe of its own: it is fed by the library alone")
        return {}
    values = COMMON | published | stated | overrides
    if problems := [problem for key, value in sorted(values.items()) if (problem := wrong(key, value))]:
        raise ConversionError(*problems)
    if values["input.rule"] not in ENLARGING and float(values.pop("input.closer_look", "0")) > 0:
        said = overrides if "input.rule" in overrides else stated | overrides
        if "input.closer_look" in said:
            raise ConversionError(f"input.closer_look: the rule '{values['input.rule']}' enlarges no part of a picture")
    if values["input.rule"] not in ENLARGING and int(values.pop("input.larger_look", "0")) > 0:
        said = overrides if "input.rule" in overrides else stated | overrides
        if "input.larger_look" in said:
            raise ConversionError(f"input.larger_look: the rule '{values['input.rule']}' has one size for a picture")
    if values["input.rule"] == "native":
        values.pop("input.size", None)
    elif "input.size" not in values:
        raise ConversionError(f"input.size: the rule '{values['input.rule']}' needs one")
    elif values["input.rule"] == "stretch" and any(side % int(values["input.multiple"]) for side in sides(values["input.size"])):
        raise ConversionError(f"input.multiple: {values['input.multiple']} is no divisor of the size {values['input.size']}")
    return values


def sides(text: str) -> list[int]:
    return [int(side) for side in text.split("x")]


def wrong(key: str, value: str) -> str | None:
    """What a value should have been; nothing where it is right."""
    if key not in KEYS:
        return f"'{key}' is no key of a recipe; there are {', '.join(sorted(KEYS))}"
    if key in CHOICES:
        fits, expected = value in CHOICES[key], f"one of {', '.join(CHOICES[key])}"
    elif key == "input.size":
        fits = re.fullmatch(r"[0-9]{1,9}(x[0-9]{1,9})?", value) is not None and all(1 <= side <= 16_384 for side in sides(value))
        expected = "one side or WxH, each in 1...16384"
    elif key in LIMITS:
        limit = LIMITS[key]
        fits, expected = re.fullmatch(r"[0-9]{1,9}", value) is not None and 1 <= int(value) <= limit, f"a whole number in 1...{limit}"
    elif key == "input.larger_look":
        fits = re.fullmatch(r"[0-9]{1,9}", value) is not None and int(value) <= 16_384
        expected = "a whole number in 0...16384"
    elif key == "output.channel":
        items = value.split(",")
        fits = all(re.fullmatch(r"[0-9]{1,9}", item) is not None and int(item) <= 255 for item in items)
        fits = fits and len({int(item) for item in items}) == len(items)
        expected = "different whole numbers with commas, each in 0...255"
    elif key == "input.closer_look":
        fits, expected = numbers_within(value, 1, 0.0, 1.0), "a number in 0...1"
    else:
        low = -1000.0 if key == "input.mean" else 0.001
        fits, expected = numbers_within(value, 3, low, 1000.0), f"three numbers with commas, each in {low:g}...1000"
    return None if fits else f"{key}: '{value}' is not {expected}"


def numbers_within(text: str, count: int, low: float, high: float) -> bool:
    try:
        values = [float(item) for item in text.split(",")]
    except ValueError:
        return False
    return len(values) == count and all(math.isfinite(value) and low <= value <= high for value in values)
