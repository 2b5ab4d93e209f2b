"""What surfaces look like: textures, and light on them."""

from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from coarse.photos import read_pairs

from .fields import blur, cells, grid, noise, ridges
from .variety import Draw, Variety, hsv

TEXTURES = Variety(
    ("mottled", "mottled", "gradient", "stripes", "patches", "speckle", "wood", "marble", "check", "dots", "woven", "photograph", "photograph", "photograph"),
    ("zigzag", "rings", "terrazzo", "mottled", "photograph", "gradient"),
)

# Photographs whose subjects' insides may be used as textures, and the one in this many that only held-out subjects may use.
PHOTOGRAPHS: list[tuple[Path, Path]] = []
RESERVED_PHOTOGRAPH = 8


def use_photographs(data: Path | None) -> None:
    """Textures are cut from inside the masks of the pairs that are trained on."""
    PHOTOGRAPHS.clear()
    if data:
        PHOTOGRAPHS.extend((photo.image, photo.mask) for photo in read_pairs(data, "train"))


def photograph(draw: Draw, width: int, height: int) -> np.ndarray | None:
    """A piece from inside a photographed subject, mirrored until it fills the plane."""
    parts = [PHOTOGRAPHS[i] for i in range(len(PHOTOGRAPHS)) if (i % RESERVED_PHOTOGRAPH == 0) == (draw.split == "held-out")]
    for _ in range(3 if parts else 0):
        image, mask = parts[draw.rng.integers(len(parts))]
        picture, inside = Image.open(image).convert("RGB"), Image.open(mask).convert("L")
        away = cv2.distanceTransform(np.uint8(np.asarray(inside.resize(picture.size)) > 128), cv2.DIST_C, 3)
        y, x = np.unravel_index(np.argmax(away), away.shape)
        side = int(away[y, x] * 0.9)
        if side < 24:
            continue
        piece = np.asarray(picture)[max(y - side, 0) : y + side, max(x - side, 0) : x + side].astype(np.float32) / 255
        scale = draw.uniform(1.0, 3.0)
        piece = cv2.resize(piece, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
        rows, columns = (np.pad(np.arange(n), (0, max(0, want - n)), "symmetric")[:want] for n, want in zip(piece.shape[:2], (height, width)))
        piece = piece[rows][:, columns]
        return np.clip(piece + draw.rng.normal(0, 0.012, piece.shape).astype(np.float32), 0, 1)
    return None


def mix(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> np.ndarray:
    return a + (b - a) * np.clip(share, 0, 1)[..., None]


def texture(draw: Draw, width: int, height: int, base: np.ndarray | None = None, kind: str | None = None) -> np.ndarray:
    """A plane of colour; `base` asks for that colour's shades."""
    rng = draw.rng
    kind = kind or draw.one(TEXTURES)
    if kind == "photograph":
        plane = photograph(draw, width, height)
        if plane is not None:
            return plane if base is None else np.clip(plane - plane.mean((0, 1)) + base, 0, 1)
        kind = "mottled"
    a = base if base is not None else draw.colour()
    b = np.clip(a * draw.uniform(0.5, 1.5) + rng.normal(0, 0.08, 3), 0, 1).astype(np.float32) if base is not None or draw.chance(0.4) else draw.colour()
    x, y = grid(width, height)
    angle = draw.uniform(0, np.pi)
    bend = noise(rng, width, height, draw.log(60, 400), 2) * draw.uniform(0, 12)
    along = x * np.cos(angle) + y * np.sin(angle) + bend
    across = -x * np.sin(angle) + y * np.cos(angle) + bend
    period = draw.log(10, 120)
    if kind == "skin":
        share, b = 0.5 + 0.3 * noise(rng, width, height, draw.log(20, 100), 4), np.clip(a * [1.06, 0.92, 0.88], 0, 1)
    elif kind == "gradient":
        share = (along - along.min()) / np.ptp(along)
    elif kind == "stripes":
        share = np.clip((np.sin(along * 2 * np.pi / period) + draw.uniform(-0.6, 0.6)) * period / 4 + 0.5, 0, 1)
    elif kind == "patches":
        label, _ = cells(rng, width, height, draw.log(20, 140))
        share = rng.random(label.max() + 1).astype(np.float32)[label]
    elif kind == "terrazzo":
        label, away = cells(rng, width, height, draw.log(20, 60))
        share = (away < 0.35) * rng.random(label.max() + 1).astype(np.float32)[label]
    elif kind == "speckle":
        share = np.clip(noise(rng, width, height, draw.log(2, 8), 2) - draw.uniform(0.2, 1.2), 0, 1)
    elif kind == "wood":
        share = 0.5 + 0.5 * np.sin(across * 2 * np.pi / period + 3 * noise(rng, width, height, 200, 4, stretch=3))
    elif kind == "marble":
        share = ridges(rng, width, height, draw.log(80, 300), 4)
    elif kind == "check":
        share = 0.5 * (np.sin(along * 2 * np.pi / period) > 0) + 0.5 * (np.sin(across * 2 * np.pi / period) > 0)
    elif kind == "dots":
        share = np.clip((np.sin(along * 2 * np.pi / period) + np.sin(across * 2 * np.pi / period) - draw.uniform(0.3, 1.3)) * period / 6, 0, 1)
    elif kind == "woven":
        thread = draw.uniform(3, 8)
        share = 0.5 + 0.25 * np.sin(along * 2 * np.pi / thread) * np.sin(across * 2 * np.pi / thread) + 0.15 * noise(rng, width, height, 3, 1)
    elif kind == "zigzag":
        fold = np.abs((across / period) % 2 - 1) * period
        share = np.clip(np.sin((along + fold) * 2 * np.pi / period) * period / 4 + 0.5, 0, 1)
    elif kind == "rings":
        share = 0.5 + 0.5 * np.sin(np.hypot(x - width * rng.random(), y - height * rng.random()) * 2 * np.pi / period + bend / 6)
    else:
        share = 0.5 + 0.4 * noise(rng, width, height, draw.log(20, 300), 5)
    plane = mix(a, b, np.asarray(share, np.float32))
    return grained(draw, plane)


def grained(draw: Draw, plane: np.ndarray) -> np.ndarray:
    """Uneven light and pixel grain: no photographed surface is plain."""
    height, width = plane.shape[:2]
    slow = 1 + draw.uniform(0.02, 0.12) * noise(draw.rng, width, height, draw.log(60, 300), 4)
    grain = draw.rng.standard_normal((height, width, 1), np.float32) * np.float32(draw.uniform(0.004, 0.03))
    return np.clip(plane * slow[..., None] + grain, 0, 1).astype(np.float32)


def light(draw: Draw) -> np.ndarray:
    """A direction to the light, mostly from above."""
    v = np.array([draw.rng.normal(0, 0.7), -abs(draw.rng.normal(0.6, 0.4)), draw.uniform(0.5, 1.3)], np.float32)
    return v / np.linalg.norm(v)


def dome(mask: np.ndarray, rounding: float) -> np.ndarray:
    """A height over a flat outline: rounded within `rounding` pixels of its edge."""
    away = cv2.distanceTransform(np.uint8(mask > 0.5), cv2.DIST_L2, 5)
    t = np.clip(away / max(rounding, 1), 0, 1)
    return blur(np.sqrt(np.maximum(1 - (1 - t) ** 2, 0)) * rounding, min(max(rounding / 10, 1.6), 8)).astype(np.float32)


def lit(draw: Draw, albedo: np.ndarray, height: np.ndarray, source: np.ndarray | None = None, gloss: float | None = None) -> np.ndarray:
    """Diffuse light, a highlight and a rim on a surface of the given height in pixels."""
    source = light(draw) if source is None else source
    dy, dx = np.gradient(height)
    inverse = 1 / np.sqrt(dx**2 + dy**2 + 1)
    lambert = (-dx * source[0] - dy * source[1] + source[2]) * inverse
    ambient = draw.uniform(0.25, 0.65)
    shade = ambient + (1.15 - ambient) * np.maximum(lambert, 0)
    colour = albedo * shade[..., None]
    gloss = draw.uniform(0, 0.9) * draw.chance(0.6) if gloss is None else gloss
    if gloss > 0:
        half = source + np.array([0, 0, 1], np.float32)
        half /= np.linalg.norm(half)
        mirror = np.maximum((-dx * half[0] - dy * half[1] + half[2]) * inverse, 0) ** draw.log(8, 120)
        colour = colour + (gloss * mirror)[..., None] * (1 - colour)
    rim = draw.rng.normal(0, 0.2)
    return np.clip(colour + (rim * (1 - inverse) ** 2)[..., None], 0, 1).astype(np.float32)


def skin(draw: Draw) -> np.ndarray:
    return hsv(draw.uniform(0.03, 0.09), draw.uniform(0.25, 0.6), draw.uniform(0.3, 0.95))


def surface(draw: Draw, mask: np.ndarray, base: np.ndarray | None = None, rounding: float | None = None, kind: str | None = None) -> np.ndarray:
    """A textured, lit surface over an outline."""
    height, width = mask.shape
    rounding = draw.log(4, 120) if rounding is None else rounding
    bump = noise(draw.rng, width, height, draw.log(6, 60), 3) * draw.uniform(0, 1.0) * draw.chance(0.3)
    return lit(draw, texture(draw, width, height, base, kind), dome(mask, rounding) + bump)
