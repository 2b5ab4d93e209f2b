"""From two renders to one straight-alpha PNG."""

import os

import numpy as np
from PIL import Image, PngImagePlugin


def straight(premultiplied: np.ndarray, alpha: np.ndarray, gleams: bool) -> np.ndarray:
    """The foreground's own colour everywhere, in linear light.

    Where alpha is small, dividing by it only amplifies noise (and what the denoiser smeared past
    the outline), so the colour there leans on the average around it, level by level, and stays
    within reach of it; where alpha is zero it is that average alone. Nothing dark or glowing is left
    for a later resize to pull into the outline. On glass (`gleams`) reflections are bright where
    alpha is small, and are kept.
    """
    levels = [(premultiplied.astype(np.float64), alpha.astype(np.float64)[..., None])]
    while max(levels[-1][1].shape) > 1:
        levels.append(tuple(_half(plane) for plane in levels[-1]))
    colour, weight = levels[-1]
    filled = colour / np.maximum(weight, 1e-6)
    for colour, weight in reversed(levels[:-1]):
        guess = filled.repeat(2, 0).repeat(2, 1)[: weight.shape[0], : weight.shape[1]]
        guess = _soften(guess)
        clear = 1 - np.clip(weight, 0, 1)
        lean = (0.1 if gleams else 0.5) * clear**2 + 1e-9
        filled = (colour + lean * guess) / (weight + lean)
        if not gleams:
            reach = 1.25 / np.maximum(clear, 1e-3) ** 1.5  # any contrast inside, little out at the tips
            filled = np.clip(filled, guess / reach, guess * reach)
    return np.maximum(filled, 0).astype(np.float32)


def _half(plane: np.ndarray) -> np.ndarray:
    height, width = plane.shape[:2]
    padded = np.pad(plane, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    return (padded[::2, ::2] + padded[1::2, ::2] + padded[::2, 1::2] + padded[1::2, 1::2]) / 4


def _soften(plane: np.ndarray) -> np.ndarray:
    for axis in (0, 1):
        pad = [(1, 1) if k == axis else (0, 0) for k in range(3)]
        wide = np.pad(plane, pad, mode="edge")
        n = plane.shape[axis]
        take = [wide.take(range(k, k + n), axis) for k in range(3)]
        plane = 0.25 * take[0] + 0.5 * take[1] + 0.25 * take[2]
    return plane


def metered(linear: np.ndarray, alpha: np.ndarray) -> float:
    """Stops that bring the subject half way to a usual brightness: a black cat stays a dark one."""
    seen = linear[alpha > 0.3] @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    if not len(seen):
        return 0.0
    return float(np.clip(0.5 * np.log2(0.55 / max(float(np.percentile(seen, 85)), 1e-4)), -1.2, 1.4))


def tone(linear: np.ndarray, exposure: float, shoulder: float) -> np.ndarray:
    """Exposure, a shoulder for the highlights (0: none), then sRGB's curve."""
    x = linear * 2.0**exposure
    if shoulder:
        # Even below the knee, easing towards white above it.
        knee = 1 - 0.5 * shoulder
        over = np.maximum(x - knee, 0) / (1 - knee)
        x = np.minimum(x, knee) + (1 - knee) * (over / (1 + over)) ** 0.9
    x = np.clip(x, 0, 1)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * np.maximum(x, 1e-9) ** (1 / 2.4) - 0.055)


def write(path: str, colour: np.ndarray, alpha: np.ndarray, facts: dict[str, str]) -> None:
    """Writes under a temporary name first: a file that is there is whole."""
    pixels = np.concatenate([colour, alpha[..., None]], axis=-1)
    pixels = (np.clip(pixels, 0, 1) * 255 + 0.5).astype(np.uint8)
    text = PngImagePlugin.PngInfo()
    for key, value in facts.items():
        text.add_text(key, value)
    temporary = f"{path}.{os.getpid()}.tmp"
    Image.fromarray(pixels, "RGBA").save(temporary, format="PNG", pnginfo=text, compress_level=6)
    os.replace(temporary, path)


def facts(path: str) -> dict[str, str]:
    """What `write` was told about a picture, read back from it."""
    with Image.open(path) as picture:
        picture.load()
        return dict(picture.text)
