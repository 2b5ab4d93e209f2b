"""Subjects with exact alpha over backgrounds that are not theirs: several pasted as they come, or one that fills the frame."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageFilter

from coarse.appearance import jitter
from coarse.backdrops import Backdrops, painted, prop, room
from coarse.cutouts import rests_on_edge
from coarse.sampling import RNG, chance

# How many stand before a bright backdrop whose light reaches around their edges, and how many are a pale thing on pale ground or a
# dark one on dark.
BACKLIT, FAINT = 0.2, 0.25
# The side of a staged picture that blurs and shadows are given for, in pixels.
USUAL_SIDE = 640
KINDS = {"blurred": 0.25, "mosaic": 0.2, "painted": 0.2, "matched": 0.15, "toned": 0.2}


def blur(rng: RNG, least: float, most: float, side: int = USUAL_SIDE) -> ImageFilter.GaussianBlur:
    return ImageFilter.GaussianBlur(rng.uniform(least, most) * (side / USUAL_SIDE))


def darker(depth: float) -> list[int]:
    """A table for a plane of bytes."""
    return [int(value * depth) for value in range(256)]


def pasted(rng: RNG, subjects: list[Image.Image], backdrop: Image.Image, scales: tuple[float, float] = (0.35, 1.05)) -> tuple[Image.Image, Image.Image]:
    """Picture and alpha. Pastes subjects one after another, most of them with a shadow, which is not part of the alpha.

    `scales` are of the largest size that the frame holds; it cuts what is larger.
    """
    picture, alpha = backdrop, Image.new("L", backdrop.size, 0)
    for subject in subjects:
        scale = rng.uniform(*scales) * min(backdrop.width / subject.width, backdrop.height / subject.height)
        stretch = math.exp(rng.uniform(-0.12, 0.12))
        grounded = rests_on_edge(subject)
        subject = subject.resize((max(8, int(subject.width * scale * stretch)), max(8, int(subject.height * scale / stretch))), Image.Resampling.BILINEAR)
        if not grounded and chance(rng, 0.35):
            subject = subject.rotate(rng.uniform(-40, 40), Image.Resampling.BILINEAR, expand=True)
        over = subject.width * rng.uniform(0, 0.3)
        x = int(-over + rng.random() * (backdrop.width - subject.width + 2 * over))
        y = int((backdrop.height - subject.height) * (1 if grounded else rng.random()))
        layer = Image.new("L", backdrop.size, 0)
        layer.paste(subject.getchannel("A"), (x, y))
        if chance(rng, 0.6):
            offset = (int(rng.uniform(-0.1, 0.1) * subject.width), int(rng.uniform(0, 0.1) * subject.height))
            shade = Image.new("L", backdrop.size, 0)
            shade.paste(layer, offset)
            shade = shade.filter(blur(rng, 1, 12)).point(darker(rng.uniform(0.15, 0.65)))
            picture = Image.composite(Image.new("RGB", picture.size, 0), picture, shade)
        colours = Image.new("RGB", backdrop.size, 0)
        colours.paste(jitter(rng, subject.convert("RGB"), 0.6), (x, y))
        picture = Image.composite(colours, picture, layer)
        alpha = Image.composite(Image.new("L", alpha.size, 255), alpha, layer)
    return picture, alpha


def toned(rng: RNG, picture: Image.Image, solid: np.ndarray) -> Image.Image:
    """The picture in about the mean and the spread of the subject's colours: fur on wood, where colours tell nothing and texture does."""
    plane = np.asarray(picture, np.float32)
    spread = np.clip((solid.std(0) + 1) / (plane.std((0, 1)) + 1), 0.4, 2.5)
    alike = (plane - plane.mean((0, 1))) * spread + solid.mean(0) + rng.normal(0, 10, 3)
    return Image.fromarray(np.uint8(np.clip(plane + (alike - plane) * rng.uniform(0.6, 1), 0, 255)))


def faint(rng: RNG, subject: Image.Image) -> Image.Image:
    """The subject in almost one tone, near white or near black, with its shading left: a white shoe."""
    layer = np.asarray(subject, np.float32)
    tone = rng.uniform(215, 255) if chance(rng, 0.7) else rng.uniform(0, 30)
    layer = np.dstack([tone + (layer[..., :3] - tone) * rng.uniform(0.1, 0.6), layer[..., 3]])
    return Image.fromarray(np.uint8(layer + 0.5), "RGBA")


def backdrop(rng: RNG, kind: str, backdrops: Backdrops, subject: np.ndarray, side: int) -> Image.Image:
    solid = subject[subject[..., 3] > 200][:, :3]
    if kind == "matched" and len(solid):  # white on white, dark on dark
        return painted(rng, (side, side), solid.mean(0) + rng.normal(0, 14, 3))
    if kind == "blurred" or kind == "toned":
        picture = backdrops.photograph(rng, (side, side)) if chance(rng, 0.6) else backdrops.mask_free(rng, (side, side))
        if kind == "toned" and len(solid):
            picture = toned(rng, picture, solid)
        return picture.filter(blur(rng, 0, 8, side)) if chance(rng, 0.5) else picture
    if kind == "mosaic":
        return backdrops.mosaic(rng, (side, side))
    return painted(rng, (side, side), rng.uniform(0, 255, 3) if chance(rng, 0.5) else np.full(3, rng.uniform(150, 255)))


def cut_sides(alpha: np.ndarray) -> tuple[bool, bool, bool, bool]:
    """Whether the subject goes on beyond the left, upper, right and lower edge of its own picture."""
    left, upper, right, lower = (bool((edge > 128).mean() > 0.02) for edge in (alpha[:, 0], alpha[0], alpha[:, -1], alpha[-1]))
    return left, upper, right, lower


def along(rng: RNG, size: int, side: int, cut_first: bool, cut_last: bool) -> int:
    """Where the subject begins along one axis: what is cut off stays at the frame's edge."""
    if cut_first and cut_last:
        return (side - size) // 2
    return 0 if cut_first else side - size if cut_last else round(rng.random() * (side - size))


def placed(rng: RNG, subject: Image.Image, side: int, share: tuple[float, float]) -> Image.Image:
    """The subject somewhere in a square, its longer side a share of the frame's."""
    left, upper, right, lower = cut_sides(np.asarray(subject.getchannel("A")))
    scale = side / max(subject.size) * rng.uniform(*share)
    if (left and right) or (upper and lower):
        scale = side / min(subject.size)
    size = max(8, round(subject.width * scale)), max(8, round(subject.height * scale))
    premultiplied = subject.convert("RGBa").resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    frame = Image.new("RGBa", (side, side))
    frame.paste(premultiplied, (along(rng, size[0], side, left, right), along(rng, size[1], side, upper, lower)))
    return frame.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if chance(rng, 0.5) else frame


def over(frame: Image.Image, picture: np.ndarray) -> np.ndarray:
    layer = np.asarray(frame, np.float32)
    return layer[..., :3] + picture * (1 - layer[..., 3:] / 255)


def shadow(rng: RNG, picture: np.ndarray, frame: Image.Image) -> np.ndarray:
    """A soft shadow, which is not part of the alpha."""
    side = frame.width
    offset = np.rint(rng.integers(-40, 41, 2) * (side / USUAL_SIDE)).astype(int)
    shade = Image.fromarray(np.roll(np.asarray(frame.getchannel("a")), offset, (0, 1))).filter(blur(rng, 3, 30, side))
    return picture * (1 - np.asarray(shade, np.float32)[..., None] / 255 * rng.uniform(0.1, 0.6))


def backlit(rng: RNG, frame: Image.Image, picture: np.ndarray) -> tuple[Image.Image, np.ndarray]:
    """The subject with the light of a brightened backdrop around its edges: the tips of fur before a window are as bright as the
    window, so that colours tell nothing of them."""
    bright = 255 * (picture / 255) ** rng.uniform(0.25, 0.7)
    light = np.asarray(Image.fromarray(np.uint8(bright)).filter(blur(rng, 10, 40)), np.float32)
    layer = np.asarray(frame, np.float32)
    inside = np.asarray(frame.getchannel("a").filter(blur(rng, 4, 28)), np.float32)[..., None] / 255
    rim = np.clip(1.6 * (1 - inside), 0, 1) * rng.uniform(0.4, 1)
    alpha = layer[..., 3:]
    lit = layer[..., :3] + (light * alpha / 255 - layer[..., :3]).clip(0) * rim
    return Image.fromarray(np.uint8(np.concatenate([lit, alpha], 2) + 0.5), "RGBa"), bright


def recoloured(rng: RNG, subject: Image.Image) -> Image.Image:
    """Every second subject in colours a little off its own."""
    if not chance(rng, 0.5):
        return subject
    coloured = jitter(rng, subject.convert("RGB"), 0.7)
    coloured.putalpha(subject.getchannel("A"))
    return coloured


def softened(rng: RNG, layer: Image.Image) -> Image.Image:
    """Every second layer out of focus."""
    return layer.filter(blur(rng, 1, 8, layer.width)) if chance(rng, 0.5) else layer


def thing(rng: RNG, others: list[Path], side: int) -> Image.Image:
    """Another subject, small, to stand behind one."""
    other = Image.open(others[rng.integers(len(others))]).convert("RGBA")
    return placed(rng, other, side, (0.25, 0.7))


def outline(rng: RNG, frame: Image.Image) -> np.ndarray | None:
    """A place (x, y) on the subject's outline, if it has one."""
    inside = np.asarray(frame.getchannel("a")) > 128
    places = np.argwhere(inside[:, 1:] != inside[:, :-1])
    return places[rng.integers(len(places))][::-1].astype(float) if len(places) else None


def finished(frame: Image.Image, picture: np.ndarray) -> tuple[Image.Image, Image.Image]:
    """The picture with the subject over it, and the subject's alpha."""
    return Image.fromarray(np.uint8(np.clip(over(frame, picture) + 0.5, 0, 255))), Image.fromarray(np.asarray(frame.getchannel("a")))


def staged(rng: RNG, subject: Image.Image, others: list[Path], backdrops: Backdrops) -> tuple[Image.Image, Image.Image]:
    """A picture of USUAL_SIDE that one subject fills for the most part, and its alpha, for the edge network.

    With `others`, one of which may stand sharp behind it, the subject may also be pale on pale or lit from behind; without, to
    measure, it is not.
    """
    subject = recoloured(rng, subject)
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    if others and chance(rng, FAINT):
        subject, kind = faint(rng, subject), "matched"
    picture = np.asarray(backdrop(rng, kind, backdrops, np.asarray(subject), USUAL_SIDE), np.float32)
    if others and chance(rng, 0.2):
        picture = over(softened(rng, thing(rng, others, USUAL_SIDE)), picture)
    frame = placed(rng, subject, USUAL_SIDE, (0.6, 1.0))
    if others and chance(rng, BACKLIT):
        frame, picture = backlit(rng, frame, picture)
    elif chance(rng, 0.4):
        picture = shadow(rng, picture, frame)
    return finished(frame, picture)


def furnished(rng: RNG, subject: Image.Image, others: list[Path], backdrops: Backdrops, side: int) -> tuple[Image.Image, Image.Image]:
    """A picture of `side` by `side` pixels that one subject fills for the most part, and its alpha, for the coarse network.

    Behind it are things that are not the subject, lamps and frames more often than `others`: with none of them whatever is bright and
    touches the subject was taken for a part of it.
    """
    subject = recoloured(rng, subject)
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    bare = kind == "painted" and chance(rng, 0.5)
    picture = np.asarray(room(rng, (side, side)) if bare else backdrop(rng, kind, backdrops, np.asarray(subject), side), np.float32)
    frame = placed(rng, subject, side, (0.6, 1.0))
    for _ in range(chance(rng, 0.5) + chance(rng, 0.2)):
        near = outline(rng, frame) if chance(rng, 0.5) else None
        picture = over(softened(rng, prop(rng, side, near) if chance(rng, 0.8) else thing(rng, others, side)), picture)
    if chance(rng, 0.4):
        picture = shadow(rng, picture, frame)
    return finished(frame, picture)
