"""Subjects to paste: cut-outs, painted and rendered ones, subjects of photographs, and near-white versions of all."""

import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from coarse.photos import Photo
from coarse.sampling import RNG, chance

LARGEST_CUTOUT = 500


def sharpened(mask: Image.Image) -> Image.Image:
    return mask.point([int(np.clip((v - 38) * 255 / 179, 0, 255)) for v in range(256)])


def trimmed(image: Image.Image) -> Image.Image:
    """The picture cropped to where its alpha can be seen."""
    return image.crop(image.getchannel("A").point([0] * 8 + [255] * 248).getbbox())


def cutout(path: Path) -> Image.Image:
    image = Image.open(path).convert("RGBA")
    return trimmed(image)


def made_subject(path: Path) -> Image.Image:
    """A subject with exact alpha, at about the size of a cut-out: its fine strands are a network's soft edges here."""
    image = Image.open(path).convert("RGBa")
    if max(image.size) > LARGEST_CUTOUT:
        image = image.reduce(2)
    return trimmed(image.convert("RGBA"))


def lifted_subject(photo: Photo) -> Image.Image:
    """The subject of a photograph as RGBA, a pixel shaved off a binary mask so that little of its old background comes along."""
    image, mask = Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
    if photo.soft:
        alpha = sharpened(mask.resize(image.size, Image.Resampling.BILINEAR))
    else:
        alpha = mask.resize(image.size).filter(ImageFilter.GaussianBlur(1.2)).point([int(np.clip((v - 110) * 2.2, 0, 255)) for v in range(256)])
    image.putalpha(alpha)
    return trimmed(image)


def tuft(rng: RNG) -> Image.Image:
    """Leaves from one spot or strands around a body: thin things with exact alpha."""
    side = 512
    colour = rng.uniform(20, 235, 3)
    picture = Image.new("RGBA", (side, side), (*colour.astype(int).tolist(), 0))
    draw = ImageDraw.Draw(picture)
    centre = np.array([side / 2, side * 0.55])
    radii = rng.uniform(0, 110, 2) if chance(rng, 0.5) else np.zeros(2)
    spread, width = rng.uniform(0.5, math.pi), rng.uniform(1.5, 14)
    longest, droop = rng.uniform(60, 220), rng.uniform(-0.2, 0.8)
    t = np.linspace(0, 1, 9)[:, None]
    for _ in range(rng.integers(20, 160)):
        angle = rng.uniform(-spread, spread)
        direction = np.array([math.sin(angle), -math.cos(angle)])
        length = longest * rng.uniform(0.5, 1)
        spine = centre + direction * radii * rng.uniform(0.8, 1) + direction * length * t
        spine = spine + np.hstack([rng.normal(0, 0.15) * length * t**2, droop * length * t**2])
        half = np.array([direction[1], -direction[0]]) * width * np.sin(math.pi * (0.15 + 0.85 * t)) / 2
        outline = np.vstack([spine + half, (spine - half)[::-1]])
        shade = np.clip(colour * rng.uniform(0.6, 1.3) + rng.normal(0, 10, 3), 0, 255).astype(int)
        draw.polygon(list(map(tuple, outline)), fill=(*shade.tolist(), 255))
    if radii.min() > 10:
        draw.ellipse([*(centre - radii), *(centre + radii)], fill=(*colour.astype(int).tolist(), 255))
    picture = picture.resize((side // 2, side // 2), Image.Resampling.BOX)
    return picture.crop(picture.getchannel("A").getbbox())


def paled(rng: RNG, subject: Image.Image) -> Image.Image:
    """The same subject in near white, its shading kept faintly."""
    grey = subject.convert("L").convert("RGB") if chance(rng, 0.5) else subject.convert("RGB")
    pale = Image.blend(grey, Image.new("RGB", subject.size, (255, 255, 255)), rng.uniform(0.4, 0.8))
    pale.putalpha(subject.getchannel("A"))
    return pale


def rests_on_edge(subject: Image.Image) -> bool:
    """Whether the subject was cut off by the picture's lower edge, as heads and shoulders are."""
    return float((np.asarray(subject.getchannel("A"))[-1] > 128).mean()) > 0.3
