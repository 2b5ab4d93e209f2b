"""Pictures without a subject."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from coarse.photos import Photo
from coarse.sampling import RNG, balance, chance, crop_box, resize


class Backdrops:
    """Pictures without a subject: photographs, parts of photographs that the mask leaves out, and painted ones."""

    def __init__(self, photographs: list[Path], pairs: list[Photo]):
        self.photographs, self.pairs = photographs, pairs
        self.odds = balance([path.parent.name for path in photographs]) if photographs else np.empty(0)

    def draw(self, rng: RNG, shape: tuple[int, int], near: np.ndarray | None = None) -> Image.Image:
        """`near` is a colour that a painted backdrop should almost have."""
        if near is not None:
            return painted(rng, shape, near)
        kind = rng.random()
        if kind < 0.45:
            return self.photograph(rng, shape)
        if kind < 0.7:
            return self.mask_free(rng, shape)
        if kind < 0.85:
            return self.table(rng, shape)
        return painted(rng, shape, rng.uniform(0, 255, 3) if chance(rng, 0.6) else np.full(3, rng.uniform(150, 255)))

    def empty(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        """A whole training picture. Half of them show what lies beside real subjects, often close, and one in five a bare room or a
        wall with stains: paving and walls are taken for things."""
        kind = rng.random()
        if kind < 0.5:
            return self.mask_free(rng, shape, 0.25)
        if kind < 0.6:
            return room(rng, shape)
        return mottled(rng, shape, rng.uniform(20, 235) + rng.normal(0, 25, 3)) if kind < 0.7 else self.draw(rng, shape)

    def photograph(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        image = Image.open(self.photographs[np.searchsorted(self.odds, rng.random())]).convert("RGB")
        return resize(image, shape, crop_box(rng, image, shape, 0.4))

    def row(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        """A photograph, or, where the frame is wide, several side by side at a scale of their own, like the houses of a street."""
        height, width = shape
        count = max(1, round(width / height / rng.uniform(0.8, 1.8)))
        edges = [round(width * i / count) for i in range(count + 1)]
        picture = Image.new("RGB", (width, height))
        for left, right in zip(edges, edges[1:]):
            picture.paste(self.photograph(rng, (height, right - left)), (left, 0))
        return picture

    def mosaic(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        """A photograph at its own sharpness, mirrored until it fills the frame: what lies behind a subject is not always blurred."""
        height, width = shape
        tile = np.asarray(self.photograph(rng, (height // 2, width // 2)))
        row = np.concatenate([tile, tile[:, ::-1]], 1)
        return Image.fromarray(np.concatenate([row, row[::-1]], 0)).resize((width, height))

    def mask_free(self, rng: RNG, shape: tuple[int, int], smallest: float = 0.6) -> Image.Image:
        """The largest of the four margins around a subject, if it is wide enough to be a picture."""
        for _ in range(6):
            photo = self.pairs[rng.integers(len(self.pairs))]
            mask = Image.open(photo.mask).convert("L")
            x0, y0, x1, y1 = mask.getbbox() or (0, 0, 0, 0)
            w, h = mask.size
            margins = [(0, 0, x0 - 3, h), (x1 + 3, 0, w, h), (0, 0, w, y0 - 3), (0, y1 + 3, w, h)]
            margin = max(margins, key=lambda m: min(m[2] - m[0], m[3] - m[1]))
            if min(margin[2] - margin[0], margin[3] - margin[1]) >= 48:
                image = Image.open(photo.image).convert("RGB").resize(mask.size)
                part = image.crop(margin)
                return resize(part, shape, crop_box(rng, part, shape, smallest))
        return self.photograph(rng, shape)

    def table(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        """A wall above a floor, each painted or taken from a photograph."""
        wall, floor = (self.mask_free(rng, shape) if chance(rng, 0.4) else painted(rng, shape, rng.uniform(20, 255, 3)) for _ in range(2))
        horizon = int(shape[0] * rng.uniform(0.35, 0.8))
        step = np.clip((np.arange(shape[0]) - horizon) / rng.uniform(1, 25), 0, 1)
        mask = np.repeat((255 * step).astype(np.uint8)[:, None], shape[1], 1)
        return Image.composite(floor, wall, Image.fromarray(mask))


def painted(rng: RNG, shape: tuple[int, int], colour: np.ndarray) -> Image.Image:
    """A plain colour with a linear or radial fall of light, as in a studio."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    y, x = y / shape[0] - 0.5, x / shape[1] - 0.5
    if chance(rng, 0.5):
        angle = rng.uniform(0, 2 * math.pi)
        ramp = x * math.cos(angle) + y * math.sin(angle)
    else:
        ramp = 0.4 - np.hypot(x - rng.uniform(-0.4, 0.4), y - rng.uniform(-0.4, 0.4))
    other = colour + rng.normal(0, 25, 3) + rng.uniform(-90, 90) * chance(rng, 0.6)
    picture = colour + (other - colour) * ramp[..., None]
    return Image.fromarray(np.uint8(np.clip(picture, 0, 255)))


def mottled(rng: RNG, shape: tuple[int, int], colour: np.ndarray) -> Image.Image:
    """A wall of plaster, stone or rust: patches of several sizes, lighter and darker and of another tint, over a fall of light."""
    picture = np.array(painted(rng, shape, colour), np.float32)
    tint = rng.normal(0, 0.25, 3) + 1
    finest, coarsest = rng.uniform(0.005, 0.03), rng.uniform(0.1, 0.5)
    for octave in np.linspace(0, 1, 4):
        cell = max(shape) * finest * (coarsest / finest) ** octave
        rows, columns = (max(2, round(side / cell)) for side in shape)
        patches = Image.fromarray(rng.standard_normal((rows, columns), np.float32)).resize(shape[::-1], Image.Resampling.BICUBIC)
        picture += np.float32(rng.uniform(0, 16)) * np.asarray(patches)[..., None] * np.float32(tint)
    return Image.fromarray(np.uint8(np.clip(picture, 0, 255)))


def room(rng: RNG, shape: tuple[int, int]) -> Image.Image:
    """The corner of an empty room, or one wall of it: walls, floor, often ceiling and skirting, each with a fall of light of its own."""
    height, width = shape
    wall = rng.uniform(60, 250) + rng.normal(0, 12, 3)
    corner = width * rng.uniform(-0.3, 1.3)
    base, top = height * rng.uniform(0.45, 0.95), height * rng.uniform(-0.5, 0.25)
    left, right = (rng.uniform(-0.05, 0.45) * height for _ in range(2))  # how far floor and ceiling run apart towards the sides

    def beyond(y: float, sign: float, edge: float) -> Image.Image:
        """Where the room lies above (edge 0) or below (edge `height`) the wall's end at `y`."""
        mask = Image.new("L", (width, height), 0)
        line = [(0, y + sign * left * corner / width), (corner, y), (width, y + sign * right * (width - corner) / width)]
        ImageDraw.Draw(mask).polygon([(0, edge), *line, (width, edge)], fill=255)
        return mask.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2)))

    picture = painted(rng, shape, wall)
    side = Image.new("L", (width, height), 0)
    ImageDraw.Draw(side).rectangle((min(corner, width), 0, width, height), fill=255)
    picture = Image.composite(painted(rng, shape, wall * rng.uniform(0.75, 1.15)), picture, side)
    if chance(rng, 0.6):
        picture = Image.composite(painted(rng, shape, np.full(3, rng.uniform(150, 255))), picture, beyond(top, -1, 0))
    if chance(rng, 0.6):
        skirting = painted(rng, shape, np.full(3, rng.uniform(120, 255)))
        picture = Image.composite(skirting, picture, beyond(base - height * rng.uniform(0.01, 0.05), 1, height))
    floor = painted(rng, shape, rng.uniform(30, 220) + rng.normal(0, 25, 3))
    return Image.composite(floor, picture, beyond(base, 1, height))


def prop(rng: RNG, side: int, near: np.ndarray | None = None) -> Image.Image:
    """A thing of a room that is not the subject, premultiplied, in a frame of `side` by `side`: a lamp, a window or a picture on the
    wall, a ball, a shelf, a cupboard. `near` is a place (x, y) that it is to lie over or beside."""
    large = 2 * side  # drawn at twice its size for smooth outlines
    mask = Image.new("L", (large, large), 0)
    draw = ImageDraw.Draw(mask)
    width, height = rng.uniform(0.15, 0.65, 2) * large
    x, y = rng.uniform(0, large, 2) if near is None else (2 * near + rng.uniform(-0.5, 0.5, 2) * (width, height)).clip(0, large)
    left, upper, right, lower = x - width / 2, y - height / 2, x + width / 2, y + height / 2
    warm = rng.uniform(150, 255) * np.array([1, 0.96, 0.9])
    picture = painted(rng, (side, side), rng.uniform(0, 255, 3) if chance(rng, 0.5) else warm)
    kind = rng.choice(["lamp", "window", "ball", "shelf", "cupboard"], p=[0.4, 0.25, 0.15, 0.1, 0.1])
    if kind == "lamp":
        draw.rectangle((x - width * 0.04, y, x + width * 0.04, large), fill=255)
        narrow = width * rng.uniform(0.2, 0.5)
        draw.polygon([(x - narrow, upper), (x + narrow, upper), (right, lower), (left, lower)], fill=255)
    elif kind == "window":
        draw.rectangle((left, upper, right, lower), fill=255)
        border = rng.uniform(0.03, 0.2) * min(width, height)
        pane = Image.new("L", (large, large), 0)
        ImageDraw.Draw(pane).rectangle((left + border, upper + border, right - border, lower - border), fill=255)
        picture = Image.composite(painted(rng, (side, side), rng.uniform(0, 255, 3)), picture, pane.resize((side, side)))
    elif kind == "ball":
        draw.ellipse((left, upper, right, lower), fill=255)
    elif kind == "shelf":
        draw.rectangle((0 if chance(rng, 0.5) else left, y, large if chance(rng, 0.5) else right, y + height * 0.15), fill=255)
    else:
        draw.rectangle((left, upper, right, large), fill=255)
    picture.putalpha(mask.resize((side, side), Image.Resampling.BOX))
    return picture.convert("RGBa")
