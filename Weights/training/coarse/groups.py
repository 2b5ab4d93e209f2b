"""Groups: one to eight subjects side by side, near or far, before one picture and in one light, as on streets and in shops.

Whoever stands nearer hides in part whoever stands behind, and the frame cuts some of them.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from coarse.appearance import jitter
from coarse.cutouts import rests_on_edge
from coarse.sampling import RNG, chance

Subjects = Callable[[], Image.Image]

COUNTS = (1, 1, 2, 2, 3, 3, 4, 5, 6, 8)
# Height of a subject in heights of the picture, and from which share on a row of heads and shoulders at the lower edge is likely.
HEIGHTS, NEAR = (0.1, 0.95), 0.4
# No subject is lower than this, in pixels: nobody could tell what it is.
LEAST_HEIGHT = 28
# Subjects wider than this many heights lie or are no persons: in a row they would hide all others.
WIDEST = 1.3
# Attempts to find a subject that fits its place.
DRAWS = 4


@dataclass(frozen=True)
class Arrangement:
    """How a group stands: heights, feet and offset in heights or widths of the picture."""

    count: int
    height: float
    near: bool
    ground: float
    spread: float
    offset: float


def arrangement(rng: RNG, rows: int) -> Arrangement:
    """An arrangement for a picture of `rows` rows."""
    lowest, highest = HEIGHTS
    height = math.exp(rng.uniform(math.log(max(lowest, LEAST_HEIGHT / rows)), math.log(highest)))
    near = height > NEAR and chance(rng, 0.35)
    # One group in four is cut by the frame: legs by its lower edge, some of its people by a side.
    cut = chance(rng, 0.25)
    ground = rng.uniform(0.75, 1.02) + (rng.uniform(0, 0.5) * height if cut else 0)
    return Arrangement(int(rng.choice(COUNTS)), height, near, max(ground, height * 0.7), rng.uniform(0.5, 1.0), rng.uniform(-0.35, 0.35) if cut else 0)


def fitting(rng: RNG, draw: Subjects, standing: bool) -> Image.Image | None:
    """A subject for a row; where it is to stand, one whose own picture did not cut it off below."""
    for _ in range(DRAWS):
        subject = draw()
        if subject.width <= WIDEST * subject.height and not (standing and rests_on_edge(subject)):
            return subject
    return None


def scaled(subject: Image.Image, height: int) -> np.ndarray:
    """The subject at a height in pixels, colours premultiplied."""
    size = (max(4, round(subject.width * height / subject.height)), height)
    resample = Image.Resampling.BOX if height < subject.height else Image.Resampling.BICUBIC
    return np.asarray(subject.convert("RGBa").resize(size, resample), np.float32)


def matched(rng: RNG, subject: np.ndarray, surroundings: np.ndarray) -> np.ndarray:
    """The subject with some of the brightness and the tint of what surrounds it."""
    alpha = subject[..., 3].mean() / 255
    if alpha == 0:
        return subject
    own = subject[..., :3].mean((0, 1)) / alpha + 8
    light = surroundings.mean((0, 1)) + 8
    brightness = (light.mean() / own.mean()) ** rng.uniform(0, 0.6)
    tint = (light / light.mean()) ** rng.uniform(0, 0.6)
    colours = subject[..., :3] * np.clip(brightness, 0.55, 1.7) * tint
    return np.dstack([np.minimum(colours, subject[..., 3:]), subject[..., 3]])


class Canvas:
    """A picture and the alpha of what has been put over it."""

    def __init__(self, backdrop: Image.Image):
        self.picture = np.asarray(backdrop, np.float32).copy()
        self.alpha = np.zeros(self.picture.shape[:2], np.float32)

    def window(self, x: int, y: int, width: int, height: int) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
        """The part of the picture that a layer at (x, y) covers, and the part of the layer that the picture shows."""
        rows, columns, _ = self.picture.shape
        left, upper, right, lower = max(x, 0), max(y, 0), min(x + width, columns), min(y + height, rows)
        right, lower = max(left, right), max(upper, lower)
        return (slice(upper, lower), slice(left, right)), (slice(upper - y, lower - y), slice(left - x, right - x))

    def shade(self, rng: RNG, alpha: np.ndarray, x: int, y: int) -> None:
        """Darkens the picture by a soft, displaced copy of a subject's alpha. Shadows are not part of the picture's alpha."""
        height, width = alpha.shape
        margin = 3 + height // 12
        soft = Image.fromarray(np.pad(alpha, margin).astype(np.uint8)).filter(ImageFilter.GaussianBlur(rng.uniform(0.1, 0.4) * margin))
        x += int(rng.uniform(-0.2, 0.2) * width) - margin
        y += int(rng.uniform(0, 0.08) * height) - margin
        there, here = self.window(x, y, soft.width, soft.height)
        self.picture[there] *= 1 - np.asarray(soft, np.float32)[here][..., None] / 255 * rng.uniform(0.1, 0.5)

    def put(self, layer: np.ndarray, x: int, y: int) -> None:
        there, here = self.window(x, y, layer.shape[1], layer.shape[0])
        part = layer[here]
        left = 1 - part[..., 3] / 255
        self.picture[there] = part[..., :3] + self.picture[there] * left[..., None]
        self.alpha[there] = part[..., 3] + self.alpha[there] * left

    def surroundings(self, x: int, y: int, layer: np.ndarray) -> np.ndarray:
        there, _ = self.window(x - layer.shape[1] // 2, y, 2 * layer.shape[1], layer.shape[0])
        part = self.picture[there]
        return part if part.size else self.picture

    def images(self) -> tuple[Image.Image, Image.Image]:
        picture, alpha = (Image.fromarray(np.clip(plane + 0.5, 0, 255).astype(np.uint8)) for plane in (self.picture, self.alpha))
        return picture, alpha


def dusk(rng: RNG, picture: Image.Image) -> Image.Image:
    """The picture by little light of one colour, and that noisy."""
    plane = np.asarray(picture, np.float32) / 255
    colour = np.array(rng.choice([(1.0, 0.8, 0.55), (0.6, 0.75, 1.0), (0.9, 0.9, 0.9)]))
    dark = plane ** rng.uniform(1.1, 2.2) * rng.uniform(0.5, 0.95) * (colour + rng.normal(0, 0.05, 3))
    dark += rng.standard_normal(dark.shape, np.float32) * rng.uniform(0, 0.03)
    return Image.fromarray(np.clip(dark * 255, 0, 255).astype(np.uint8))


def group(rng: RNG, bodies: Subjects, heads: Subjects, backdrop: Image.Image, shown: int) -> tuple[Image.Image, Image.Image]:
    """Picture and alpha: subjects of `bodies` standing, or of `heads` in a row at the lower edge; to be shown at so many rows."""
    canvas = Canvas(backdrop)
    width, height = backdrop.size
    plan = arrangement(rng, shown)
    places = []
    for index in range(plan.count):
        subject = fitting(rng, heads if plan.near else bodies, not plan.near)
        if subject is None:
            continue
        rows = max(10, int(plan.height * height * math.exp(rng.normal(0, 0.08))))
        columns = subject.width * rows / subject.height
        centre = 0.5 + plan.offset + plan.spread * ((index + 0.5) / plan.count - 0.5)
        x = round(width * centre - columns / 2 + rng.normal(0, 0.15) * columns)
        y = height - rows if plan.near else round(plan.ground * height - rows + rng.normal(0, 0.03) * rows)
        places.append((y + rows, x, y, rows, subject))
    shaded = chance(rng, 0.6)
    for _, x, y, rows, subject in sorted(places, key=lambda place: place[0] + rng.normal(0, 2)):
        coloured = jitter(rng, subject.convert("RGB"), 0.35)
        coloured.putalpha(subject.getchannel("A"))
        layer = scaled(coloured, rows)
        layer = matched(rng, layer, canvas.surroundings(x, y, layer))
        if shaded:
            canvas.shade(rng, layer[..., 3], x, y)
        canvas.put(layer, x, y)
    picture, alpha = canvas.images()
    return (dusk(rng, picture) if chance(rng, 0.12) else picture), alpha
