"""The photographs there are, with and without masks: which are trained on, which are kept for measuring."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

# Pictures filed as scenes although they show someone.
INHABITED_SCENES = {
    *(f"amenity-roboflow/{name}" for name in ("0023", "0048", "0049", "0087", "0089")),
    *(f"cid22/{name}" for name in ("0030", "0137")),
    *(f"clic2025/{name}" for name in ("0004", "0011", "0025", "0032")),
}

# The teacher often takes the yellow centre of a daisy for the whole flower.
MISUNDERSTOOD = {"flower-daisy"}

# One unlabelled photograph in HELD_OUT is never trained on, nor is one cut-out in HELD_OUT; of portraits one in HELD_OUT_PORTRAITS either.
HELD_OUT, HELD_OUT_PORTRAITS = 16, 10

# A photograph is left out where its teacher is to be believed in less than this share of it.
LEAST_TRUST = 0.5


@dataclass(frozen=True)
class Photo:
    """A photograph and its mask. `soft` masks come from a teacher, others are binary; a teacher's second band is its trust."""

    image: Path
    mask: Path
    group: str
    soft: bool = False
    doubt: float = 0.0


def read_pairs(data: Path, split: str) -> list[Photo]:
    rows = [line.split("\t") for line in (data / "pairs/index.tsv").read_text().splitlines()[1:]]
    folder = data / "pairs"
    return [Photo(folder / source / f"{name}.webp", folder / source / f"{name}.png", source) for source, name, _, _, its_split in rows if its_split == split]


def read_unlabelled_index(data: Path) -> list[tuple[str, str]]:
    """Source and name of every unlabelled photograph."""
    rows = (data / "unlabelled/index.tsv").read_text().splitlines()[1:]
    return [(source, name) for source, name, *_ in (row.split("\t") for row in rows)]


def read_unlabelled(data: Path, teacher: Path | None = None) -> tuple[list[Photo], list[Photo], list[Path]]:
    """Photographs whose teacher is sure (to train on, held out), and scenes in which it found little or nothing.

    Without the folder of a `teacher` of our own the masks are U²-Net-p's.
    """
    train, held_out, scenes = [], [], []
    for line in (data / "unlabelled/index.tsv").read_text().splitlines()[1:]:
        source, name, category, maximum, unsure, area = line.split("\t")
        folder = data / "unlabelled" / source
        photo = Photo(folder / f"{name}.webp", folder / f"{name}.teacher.png", f"{source}/{category}", True, float(unsure))
        if "scene" in category:
            if float(area) < 0.1 and f"{source}/{name}" not in INHABITED_SCENES:
                scenes.append(photo.image)
            continue
        if category in MISUNDERSTOOD:
            continue
        sure = float(maximum) > 0.8 and float(unsure) < 0.12
        if is_held_out(photo.image):
            if sure:
                held_out.append(photo if not teacher else Photo(photo.image, teacher / source / f"{name}.png", photo.group, True))
        elif teacher:
            mask = teacher / source / f"{name}.png"
            doubt = 1 - float(np.asarray(Image.open(mask).getchannel("A"), np.float32).mean()) / 255
            if doubt < 1 - LEAST_TRUST:
                train.append(Photo(photo.image, mask, photo.group, True, doubt))
        elif sure:
            train.append(photo)
    return train, held_out, scenes


def sureness(mask: np.ndarray) -> np.ndarray:
    """How far a soft mask is to be believed: fully near 0 and 1, not at all around one half."""
    return np.clip(2 * np.abs(2 * mask - 1) - 0.2, 0, 1)


def is_held_out(photograph: Path) -> bool:
    """Whether a photograph without a mask is kept for measuring."""
    number = int(photograph.stem)
    return number % HELD_OUT == 0 or (photograph.parent.name.startswith("portraits") and number % HELD_OUT_PORTRAITS == 0)


def read_cutouts(data: Path) -> tuple[list[Path], list[Path]]:
    files = sorted((data / "cutouts").rglob("*.webp"))
    return [f for i, f in enumerate(files) if i % HELD_OUT], files[::HELD_OUT]
