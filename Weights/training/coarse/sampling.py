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


def crop_box(rng: RNG, image: Image.Image, shape: tuple[int, int], smallest: float) -> tuple[float, float, float, float]:
    """A random part of the picture with about the aspect of `shape`; sometimes all of it."""
    width, height = image.size
    if chance(rng, 0.5):
        return (0, 0, width, height)
    aspect = shape[1] / shape[0] * math.exp(rng.uniform(-0.25, 0.25))
    scale = rng.uniform(smallest, 1)
    w, h = (width, width / aspect) if width / height < aspect else (height * aspect, height)
    w, h = w * scale, h * scale
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return (x, y, x + w, y + h)


def resize(image: Image.Image, shape: tuple[int, int], box: tuple[float, float, float, float] | None = None) -> Image.Image:
    return image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR, box)
