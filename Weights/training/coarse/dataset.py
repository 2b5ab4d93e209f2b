"""Training pictures: photographs with masks, photographs with a teacher's masks, composites with exact alpha, empty pictures.

Everything is drawn from a generator seeded by (seed, batch number), so a batch depends on nothing but its number.
"""

from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from PIL import Image, ImageFilter
from torch import Tensor
from torch.utils.data import Dataset

from coarse.appearance import degrade, jitter
from coarse.backdrops import Backdrops
from coarse.composites import furnished, pasted
from coarse.cutouts import cutout, lifted_subject, made_subject, paled, sharpened, tuft
from coarse.groups import group
from coarse.photos import Photo, is_held_out, read_cutouts, read_pairs, read_unlabelled, sureness
from coarse.sampling import RNG, balance, chance, crop_box, cutting_box, mismatch, resize

Picked = TypeVar("Picked", Photo, Path)

# The share of composites that are groups, and of groups that are of people.
GROUPS, PEOPLE = 0.65, 0.8
BODIES, HEADS = ("people-ccp", "magento"), ("people-ccp", "magento", "portraits")
# A group is composed so much larger than it is shown, and shrunk by a filter of any sharpness: with people always as sharp as pixels can be,
# sharpness was what a small one was known by, and a photograph shrunk by averages of areas is softer.
FINER, FILTERS = (1.0, 2.0), (Image.Resampling.BOX, Image.Resampling.HAMMING, Image.Resampling.BILINEAR)
# The share of photographs whose frame is made to cut the subject, and how much of the picture it may have then.
CUT, CUT_AREA = 0.12, (0.1, 0.9)
# The share of other composites in which the frame cuts a subject larger than it, in sizes that the frame holds.
OVERSIZED, OVERSIZES = 0.2, (0.9, 1.9)
# The share of composites without groups in which one subject, most often a made one, fills the frame, often with things behind it.
FURNISHED = 0.5
# Made subjects that are never what stands behind another: with a face or a coat it would be one of the subjects.
NEVER_BEHIND = {"strands", "hair", "fur", "plush"}

# Height and width of a batch in multiples of its size: about the same area, the aspects of common pictures and of banners.
SHAPES = [(1, 1), (1, 1), (0.875, 1.125), (1.125, 0.875), *2 * [(0.8, 1.25), (1.25, 0.8)], (0.65, 1.5), (1.5, 0.65), (0.5, 2.0), (0.375, 2.625)]
# A photograph whose aspect differs from the batch's by more than this factor gives way to a composite.
LARGEST_MISMATCH = 2.0
# Size of a batch in multiples of the training size: the library shows a subject at many, up to the twofold of its larger look.
SCALES = [0.8, 1, 1, 4 / 3, 4 / 3, 2]

# Pairs whose masks are good enough to be cut out and pasted elsewhere.
SUBJECT_SOURCES = {"clothing-cc0-pseudo", "iot-boards", "people-ccp", "endangered-animals"}

# A hand-drawn or pseudo edge is right to a few pixels only. On average it is right: at 0 mattes came out a pixel wider than masks.
EDGE_TRUST = 77


@dataclass(frozen=True)
class Mixture:
    """What a run learns from: shares of a batch, and sources of pairs drawn more often than the root of their number.

    Animals, people and boards were misjudged in training pictures no less than in others.
    """

    teacher: float = 0.12
    pair: float = 0.38
    composite: float = 0.26  # the rest is empty
    favour: dict[str, float] = field(default_factory=lambda: {"endangered-animals": 2.2, "feral-cats": 2.2, "people-ccp": 1.5, "iot-boards": 1.8})


@dataclass
class Sample:
    """A picture, its alpha, and where that alpha is to be believed (0 to 255)."""

    image: Image.Image
    alpha: Image.Image
    trust: Image.Image


def brightness(mask: Image.Image) -> float:
    return float(np.asarray(mask.getchannel("L"), np.float32).mean())


def subject_crop(rng: RNG, photo: Photo, shape: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """Photograph and mask, cropped so that at least a third of the subject stays in the picture; or so that the frame cuts the subject."""
    image, stored = Image.open(photo.image).convert("RGB"), Image.open(photo.mask)
    mask = stored.convert("LA" if stored.mode == "LA" else "L")
    whole = brightness(mask) * mask.width * mask.height
    across, down = mask.width / image.width, mask.height / image.height
    subject = mask.getchannel("L").point([0] * 128 + [255] * 128).getbbox()
    if subject and chance(rng, CUT):
        x0, y0, x1, y1 = subject
        box = cutting_box(rng, image, shape, (x0 / across, y0 / down, x1 / across, y1 / down))
        alpha = resize(mask, shape, (box[0] * across, box[1] * down, box[2] * across, box[3] * down))
        if CUT_AREA[0] < brightness(alpha) / 255 < CUT_AREA[1]:
            return resize(image, shape, box), alpha
    for _ in range(4):
        box = crop_box(rng, image, shape, 0.55)
        mask_box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
        alpha = resize(mask, shape, mask_box)
        area = (mask_box[2] - mask_box[0]) * (mask_box[3] - mask_box[1])
        if brightness(alpha) * area > whole / 3:
            return resize(image, shape, box), alpha
    return resize(image, shape), resize(mask, shape)


# The four kinds of picture


def photograph(rng: RNG, photo: Photo, shape: tuple[int, int]) -> Sample:
    image, alpha = subject_crop(rng, photo, shape)
    if alpha.mode == "LA":
        alpha, trust = alpha.split()
        alpha = sharpened(alpha)
    elif photo.soft:
        value = np.asarray(alpha, np.float32) / 255
        trust = Image.fromarray(np.uint8(255 * sureness(value)))
        alpha = sharpened(alpha)
    else:
        trust = alpha.filter(ImageFilter.BoxBlur(2)).point([255 if v < 3 or v > 252 else EDGE_TRUST for v in range(256)])
    return Sample(image, alpha, trust)


def certain(image: Image.Image, alpha: Image.Image) -> Sample:
    return Sample(image, alpha, Image.new("L", image.size, 255))


class Batches(Dataset):
    """Item i is the whole i-th batch, of about `count` x `size` x `size` pixels: images (N, 3, H, W), alpha and trust (N, 1, H, W), all bytes.

    The larger its pictures are the fewer it has, so that every step takes about the same time and memory.
    """

    def __init__(self, data: Path, mixture: Mixture, count: int, seed: int, teacher: Path | None = None, subjects: list[Path] | None = None):
        """`subjects` are folders of painted and rendered subjects, beside the cut-outs of `data`; one without any is a mistake."""
        self.mixture, self.count, self.seed, self.size = mixture, count, seed, 256
        self.pairs = read_pairs(data, "train")
        self.unlabelled, _, scenes = read_unlabelled(data, teacher)
        self.cutouts, _ = read_cutouts(data)
        self.made = []
        for folder in subjects or []:
            made = sorted(folder.rglob("*.png"))
            if not made:
                raise SystemExit(f"{folder}: no subjects; make them first, or leave the folder out")
            self.made += made
        self.behind = [path for path in self.made if path.name.split("-")[0] not in NEVER_BEHIND]
        backdrops = sorted((data / "backgrounds").rglob("*.webp")) + scenes
        self.backdrops = Backdrops([path for path in backdrops if not is_held_out(path)], self.pairs)
        self.subjects = [p for p in self.pairs if p.group in SUBJECT_SOURCES] + [p for p in self.unlabelled if p.doubt < 0.04]
        self.bodies = [p for p in self.subjects if p.group.startswith(BODIES)]
        self.heads = [p for p in self.subjects if p.group.startswith(HEADS)]
        photographs = (self.pairs, self.unlabelled, self.subjects, self.bodies, self.heads)
        self.odds = {id(photos): balance([p.group for p in photos], mixture.favour) for photos in photographs}
        self.odds[id(self.made)] = balance([str(path.parent) for path in self.made])

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng((self.seed, index))
        scale = SCALES[rng.integers(len(SCALES))]
        height, width = (32 * round(side * self.size * scale / 32) for side in SHAPES[rng.integers(len(SHAPES))])
        count = max(1, round(self.count / scale**2))
        samples = [self.sample(rng, (height, width), (i + rng.random()) / count) for i in range(count)]
        images = np.stack([np.asarray(s.image) for s in samples]).transpose(0, 3, 1, 2)
        alphas, trusts = (np.stack([np.asarray(p) for p in planes])[:, None] for planes in ([s.alpha for s in samples], [s.trust for s in samples]))
        return tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in (images, alphas, trusts))

    def pick(self, rng: RNG, among: list[Picked]) -> Picked:
        return among[np.searchsorted(self.odds[id(among)], rng.random())]

    def sample(self, rng: RNG, shape: tuple[int, int], kind: float) -> Sample:
        teacher, pair, composite = accumulate((self.mixture.teacher, self.mixture.pair, self.mixture.composite))
        if kind < pair:
            photo = self.pick(rng, self.unlabelled if kind < teacher else self.pairs)
            with Image.open(photo.image) as opened:
                fits = mismatch(opened.size, shape) < LARGEST_MISMATCH
            sample = photograph(rng, photo, shape) if fits else self.composite(rng, shape)
        elif kind < composite:
            sample = self.composite(rng, shape)
        else:
            sample = certain(self.backdrops.empty(rng, shape), Image.new("L", shape[::-1], 0))
        flip = chance(rng, 0.5)
        planes = (p.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else p for p in (sample.image, sample.alpha, sample.trust))
        image, alpha, trust = planes
        return Sample(degrade(rng, jitter(rng, image, 1)), alpha, trust)

    def group(self, rng: RNG, shape: tuple[int, int]) -> Sample:
        kind = rng.random()
        kinds = (self.backdrops.row, 0.4), (self.backdrops.mosaic, 0.6), (self.backdrops.mask_free, 0.8), (self.backdrops.draw, 1)
        finer, shrinking = rng.uniform(*FINER), FILTERS[rng.integers(len(FILTERS))]
        backdrop = next(drawn for drawn, until in kinds if kind < until)(rng, (round(shape[0] * finer), round(shape[1] * finer)))
        bodies, heads = (self.bodies, self.heads) if chance(rng, PEOPLE) else (self.subjects, self.subjects)
        planes = group(rng, lambda: lifted_subject(self.pick(rng, bodies)), lambda: lifted_subject(self.pick(rng, heads)), backdrop, shape[0])
        return certain(*(plane.resize(shape[::-1], shrinking) for plane in planes))

    def composite(self, rng: RNG, shape: tuple[int, int]) -> Sample:
        if chance(rng, GROUPS):
            return self.group(rng, shape)
        if self.behind and chance(rng, FURNISHED):
            side = max(shape)
            x, y = (int(rng.integers(side - length + 1)) for length in (shape[1], shape[0]))
            planes = furnished(rng, self.subject(rng, made=0.8), self.behind, self.backdrops, side)
            return certain(*(plane.crop((x, y, x + shape[1], y + shape[0])) for plane in planes))
        count = 1 + chance(rng, 0.2) + chance(rng, 0.05)
        subjects = [self.subject(rng) for _ in range(count)]
        near = None
        if chance(rng, 0.25):  # white on white, black on black
            if chance(rng, 0.5):
                subjects[0] = paled(rng, subjects[0])
            pixels = np.asarray(subjects[0]).reshape(-1, 4)
            solid = pixels[pixels[:, 3] > 200][:, :3]
            near = solid.mean(0) + rng.normal(0, 12, 3) if len(solid) else None
        backdrop = self.backdrops.draw(rng, shape, near)
        if chance(rng, 0.35):
            backdrop = backdrop.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 6)))
        if chance(rng, OVERSIZED):
            return certain(*pasted(rng, subjects[:1], backdrop, OVERSIZES))
        return certain(*pasted(rng, subjects, backdrop))

    def subject(self, rng: RNG, made: float = 0.45) -> Image.Image:
        """A painted or path-traced subject as often as `made` says, else a cut-out or the subject of a photograph."""
        if self.made and chance(rng, made):
            return made_subject(self.pick(rng, self.made))
        if not self.made and chance(rng, 0.12):
            return tuft(rng)
        if chance(rng, 0.3):
            return cutout(self.cutouts[rng.integers(len(self.cutouts))])
        return lifted_subject(self.pick(rng, self.subjects))
