"""Drawing by chance: which picture, and which part of it."""

import math

import numpy as np
from PIL import Image

RNG = np.random.Generator


def balance(groups: list[str], favour: dict[str, float] | None = None) -> np.ndarray:
    """Cumulative probabilities under which a group of n members is drawn in proportion to the root of n, and to its favour, usually 1."""
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weights = np.array([(favour or {}).get(group, 1.0) for group in groups]) / np.sqrt(counts[index])
    return np.cumsum(weights / weights.sum())


def chance(rng: RNG, probability: float) -> bool:
    return rng.random() < probability


# A whole picture is squeezed into an aspect that differs from its own by this factor at most.
LARGEST_SQUEEZE = 1.6


def mismatch(size: tuple[int, int], shape: tuple[int, int]) -> float:
    """The factor by which the aspect of a picture of `size` (width, height) differs from that of `shape` (height, width)."""
    return math.exp(abs(math.log(size[0] * shape[0] / (size[1] * shape[1]))))


def crop_box(rng: RNG, image: Image.Image, shape: tuple[int, int], smallest: float) -> tuple[float, float, float, float]:
    """A random part of the picture with about the aspect of `shape`; sometimes all of it."""
    width, height = image.size
    if chance(rng, 0.5) and mismatch(image.size, shape) < LARGEST_SQUEEZE:
        return (0, 0, width, height)
    aspect = shape[1] / shape[0] * math.exp(rng.uniform(-0.25, 0.25))
    scale = rng.uniform(smallest, 1)
    w, h = (width, width / aspect) if width / height < aspect else (height * aspect, height)
    w, h = w * scale, h * scale
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return (x, y, x + w, y + h)


def cutting_box(rng: RNG, image: Image.Image, shape: tuple[int, int], subject: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """A part of the picture with about the aspect of `shape` whose frame is likely to cut the subject, given by its bounding box."""
    left, upper, right, lower = subject
    aspect = shape[1] / shape[0]
    side = math.sqrt((right - left) * (lower - upper)) * rng.uniform(0.75, 1.4)
    w, h = side * math.sqrt(aspect), side / math.sqrt(aspect)
    fit = min(1, image.width / w, image.height / h)
    w, h = w * fit, h * fit
    x, y = rng.uniform(left, right) - w / 2, rng.uniform(upper, lower) - h / 2
    x, y = min(max(x, 0), image.width - w), min(max(y, 0), image.height - h)
    return (x, y, x + w, y + h)


def resize(image: Image.Image, shape: tuple[int, int], box: tuple[float, float, float, float] | None = None) -> Image.Image:
    if box:  # rounding may put it beyond the picture by a hair
        box = (max(box[0], 0), max(box[1], 0), min(box[2], image.width), min(box[3], image.height))
    return image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR, box)
