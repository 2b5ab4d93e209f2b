"""Crops of composites along the uncertain band, with the matte of the level above as the library would hand it down."""

from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import Dataset

from coarse.sampling import RNG, chance
from edge.colours import between, local_colours
from edge.guided import GuidedUpsampling

CROPS_A_PICTURE = 4
# What the level above is: the coarse network; the edge network's own answer at a smaller size (`edge.answers`), where there is one;
# or, instead of such an answer, the truth made smaller and not quite right.
COARSE_SHARE, ANSWER_SHARE = 0.5, 0.35
# Matte values and doubts beyond which a pixel is uncertain, and how far the uncertain region reaches in pixels of the level above.
# The library has the same numbers.
CERTAIN_LOW, CERTAIN_HIGH, LARGEST_DOUBT = 0.02, 0.98, 0.08
REACH = 4
# How many crops are of composites whose subject the coarse network found, and how far its matte may be off on the mean there. Where
# it took something else for the subject nothing can be refined, and to learn from much of that is to distrust mattes that are right.
FOUND_SHARE, LARGEST_ERROR = 0.8, 0.03
ANSWERS = "answers.npy"
SAMPLES = 128  # to a side, which the error is measured at
# A place this many cells of eight pixels wide where the level above is wrong is another thing, smaller ones are parts of this one.
LEAST_OTHER_THING = 3
# Of the coarse matte's outlines, in its pixels, hardly ever more than this.
LARGEST_DISPLACEMENT = 3


def uncertain(matte: np.ndarray, doubt: np.ndarray | None) -> np.ndarray:
    """Where the level above may be wrong: 0 or 1, grown by REACH."""
    unsure = (matte > CERTAIN_LOW) & (matte < CERTAIN_HIGH)
    if doubt is not None:
        unsure |= doubt > LARGEST_DOUBT
    return cv2.dilate(unsure.astype(np.uint8), np.ones((2 * REACH + 1,) * 2, np.uint8)).astype(np.float32)


def resized(plane: np.ndarray, size: int, resample: Image.Resampling = Image.Resampling.BILINEAR) -> np.ndarray:
    return np.asarray(Image.fromarray(np.ascontiguousarray(plane, np.float32)).resize((size, size), resample))


def right_subject(matte: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """0 around places where the level above took something else for the subject: no edge is right there. Else 1. Leaves and strands
    that it left out are no such places."""
    cells = alpha.shape[0] // 8
    wrong = np.abs(resized(matte, cells, Image.Resampling.BOX) - resized(alpha, cells, Image.Resampling.BOX)) > 0.6
    things = cv2.morphologyEx(wrong.astype(np.uint8), cv2.MORPH_OPEN, np.ones((LEAST_OTHER_THING,) * 2, np.uint8))
    grown = cv2.dilate(things, np.ones((3, 3), np.uint8)).astype(np.float32)
    return 1 - resized(grown, alpha.shape[0], Image.Resampling.BICUBIC).clip(0, 1)


def displaced(rng: RNG, planes: list[np.ndarray]) -> list[np.ndarray]:
    """The same planes with every outline some pixels off: subjects not trained on are outlined less well than those that were."""
    side = planes[0].shape[0]
    across, down = (resized(rng.normal(0, LARGEST_DISPLACEMENT / 2, (12, 12)), side, Image.Resampling.BICUBIC) for _ in range(2))
    rows, columns = np.mgrid[:side, :side].astype(np.float32)
    return [cv2.remap(plane, columns + across, rows + down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for plane in planes]


def shrunk(rng: RNG, planes: list[np.ndarray]) -> list[np.ndarray]:
    """Half the time smaller planes, as if the picture had been larger."""
    if not chance(rng, 0.5):
        return planes
    smaller = round(planes[0].shape[0] / rng.uniform(1, 2))
    return [resized(plane, smaller, Image.Resampling.BOX) for plane in planes]


def matte_and_doubt(coarse: np.ndarray) -> list[np.ndarray]:
    """What `edge.compose` writes of the coarse network, 0 to 1."""
    return [coarse[..., channel].astype(np.float32) / 255 for channel in (0, 1)]


def from_coarse(rng: RNG, coarse: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The coarse network's matte, and its uncertain region at `size`; sometimes as if the picture had been larger."""
    planes = matte_and_doubt(coarse)
    if chance(rng, 0.2):
        planes = displaced(rng, planes)
    matte, doubt = shrunk(rng, planes)
    return matte, resized(uncertain(matte, doubt), size)


def from_answer(rng: RNG, answer: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The edge network's matte at a smaller size, and its uncertain region at `size`; sometimes as if the picture had been larger."""
    (matte,) = shrunk(rng, [answer.astype(np.float32) / 255])
    return matte, resized(uncertain(matte, None), size)


def from_truth(rng: RNG, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The truth at a smaller size with faint errors, as a smaller level of the edge network leaves it, and its uncertain region at `size`."""
    size = alpha.shape[0]
    small = resized(alpha, round(size / rng.uniform(1.25, 4.5)), Image.Resampling.BOX)
    if chance(rng, 0.5):
        half = round(small.shape[0] * rng.uniform(0.5, 1))
        small = resized(resized(small, half, Image.Resampling.BOX), small.shape[0])
    if chance(rng, 0.5):
        small = np.clip(small, 0, 1) ** np.exp(rng.normal(0, 0.35))
    if chance(rng, 0.5):
        wave = resized(rng.normal(0, 0.12, (8, 8)), small.shape[0], Image.Resampling.BICUBIC)
        small = small + wave * 4 * small * (1 - small)
    small = np.clip(small, 0, 1).astype(np.float32)
    return small, resized(uncertain(small, None), size)


def found(pictures: np.ndarray, coarse: np.ndarray) -> np.ndarray:
    """Which composites' subject the coarse network found: their indices."""

    def samples(planes: np.ndarray) -> np.ndarray:
        side = planes.shape[1]
        points = (np.arange(SAMPLES) * side + side // 2) // SAMPLES
        return planes[:, points[:, None], points].astype(np.float32) / 255

    return np.flatnonzero(np.abs(samples(pictures[..., 3]) - samples(coarse[..., 0])).mean((1, 2)) < LARGEST_ERROR)


def answers_of(folder: Path, count: int) -> np.ndarray | None:
    """The edge network's answers to the `count` composites found there, in their order, if `edge.answers` was run."""
    path = folder / ANSWERS
    if not path.exists():
        return None
    answers = np.load(path, mmap_mode="r")
    if len(answers) != count:
        raise SystemExit(f"{path}: {len(answers)} answers to {count} composites that the coarse network found; run edge.answers anew")
    return answers


def inputs(rgb: np.ndarray, matte: np.ndarray, near: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """(14, height, width): what the network is fed with; `near` are the `local_colours`."""
    shown = [rgb, matte, near[..., :3], near[..., 4:7], *between(rgb, near)]
    return np.dstack([*(2 * plane - 1 for plane in shown), unknown]).transpose(2, 0, 1)


class Crops(Dataset):
    """Item i is the whole i-th batch, in single precision: network inputs (N, 14, size, size), alpha and its weight (N, 1, size, size)."""

    def __init__(self, folders: list[Path], count: int, seed: int):
        self.count, self.seed, self.size = count, seed, 160
        self.pictures = [np.load(folder / "pictures.npy", mmap_mode="r") for folder in folders]
        self.coarse = [np.load(folder / "coarse.npy", mmap_mode="r") for folder in folders]
        self.found = [found(*planes) for planes in zip(self.pictures, self.coarse)]
        self.answers = [answers_of(folder, len(indices)) for folder, indices in zip(folders, self.found)]

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng((self.seed, index))
        samples = [crop for _ in range(self.count // CROPS_A_PICTURE) for crop in self.crops(rng)]
        return tuple(torch.from_numpy(np.stack(planes)) for planes in zip(*samples))

    def crops(self, rng: RNG) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
        """Several crops of one composite: most of the work is the picture's, not the crop's."""
        part = rng.integers(len(self.pictures))
        index, answer, answers = rng.integers(len(self.pictures[part])), None, self.answers[part]
        if len(self.found[part]) and chance(rng, FOUND_SHARE):
            rank = rng.integers(len(self.found[part]))
            index = self.found[part][rank]
            if answers is not None:
                answer = answers[rank]
        picture, coarse = np.asarray(self.pictures[part][index]), self.coarse[part][index]
        if chance(rng, 0.35):  # the picture of a smaller camera: the same subject with finer hair
            side = round(picture.shape[0] * rng.uniform(0.5, 0.9))
            picture = np.asarray(Image.fromarray(picture, "RGBX").resize((side, side), Image.Resampling.BOX))
        alpha = picture[..., 3].astype(np.float32) / 255
        rgb = picture[..., :3].astype(np.float32) / 255
        weight, kind = None, rng.random()
        if kind < COARSE_SHARE:
            above, unknown = from_coarse(rng, coarse, alpha.shape[0])
            weight = unknown * right_subject(above, alpha)
        elif kind < COARSE_SHARE + ANSWER_SHARE and answer is not None:
            above, unknown = from_answer(rng, answer, alpha.shape[0])
            weight = unknown * right_subject(above, alpha)
        if weight is None or weight.max() < 0.5:
            above, unknown = from_truth(rng, alpha)
            weight = unknown
        upsampling = GuidedUpsampling(rgb, above)
        colours = local_colours(rgb, resized(above, alpha.shape[0]), unknown)
        return [self.crop(rng, rgb, alpha, upsampling, unknown, colours, weight) for _ in range(CROPS_A_PICTURE)]

    def crop(
        self,
        rng: RNG,
        picture: np.ndarray,
        alpha: np.ndarray,
        upsampling: GuidedUpsampling,
        unknown: np.ndarray,
        colours: np.ndarray,
        weight: np.ndarray,
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        y, x = self.corner(rng, alpha, weight)
        crop = (slice(y, y + self.size), slice(x, x + self.size))
        rgb, near = picture[crop], colours[crop]
        parts = (inputs(rgb, upsampling.part(*crop), near, unknown[crop]), alpha[crop][None], weight[crop][None])
        step = -1 if chance(rng, 0.5) else 1
        planes, truth, its_weight = (np.ascontiguousarray(part[..., ::step]) for part in parts)
        return planes, truth, its_weight

    def corner(self, rng: RNG, alpha: np.ndarray, weight: np.ndarray) -> tuple[int, int]:
        """The crop's upper left corner: around a pixel of the uncertain band, more often one that is truly between 0 and 1."""
        wanted = weight > 0.5
        soft = wanted & (alpha > 0.03) & (alpha < 0.97)
        candidates = np.flatnonzero(soft if soft.any() and chance(rng, 0.5) else wanted if wanted.any() else weight >= 0)
        centre = divmod(int(candidates[rng.integers(len(candidates))]), alpha.shape[1])
        jitter = rng.integers(-self.size // 3, self.size // 3 + 1, 2)
        y, x = (int(np.clip(c + j - self.size // 2, 0, alpha.shape[0] - self.size)) for c, j in zip(centre, jitter))
        return y, x
