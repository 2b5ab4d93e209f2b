"""Random choices, and the border between what is trained on and what is held out.

Every list of shapes, styles and materials is a `Variety`. Training draws from one part, held-out subjects from the other, and the
two share a name only where something else keeps them apart: close-ups by their coats and colours, text by its fonts, photographs
by their files. Saturated colours are kept apart by hue; greys, skin and most greens of leaves are not. The seeds differ too, so
held-out subjects measure how the network does on shapes and materials that it has not met.
"""

import colorsys
from dataclasses import dataclass
from typing import Any

import numpy as np

RNG = np.random.Generator

SPLITS = ("train", "held-out")

# Hues (0 to 1) of saturated colours that only held-out subjects have: turquoise and violet.
RESERVED_HUES = ((0.46, 0.53), (0.75, 0.82))


@dataclass(frozen=True)
class Variety:
    """Things to choose among, of which some are kept from training."""

    train: tuple[Any, ...]
    held_out: tuple[Any, ...]


class Draw:
    """The random choices of one subject, on one side of the border."""

    def __init__(self, rng: RNG, split: str):
        self.rng, self.split = rng, split

    def one(self, variety: Variety) -> Any:
        options = variety.train if self.split == "train" else variety.held_out
        return options[self.rng.integers(len(options))]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def among(self, *options: Any) -> Any:
        """A choice that is the same on both sides."""
        return options[self.rng.integers(len(options))]

    def uniform(self, low: float, high: float) -> float:
        return float(self.rng.uniform(low, high))

    def log(self, low: float, high: float) -> float:
        """Between two sizes, each doubling as likely as another."""
        return float(np.exp(self.rng.uniform(np.log(low), np.log(high))))

    def hue(self) -> float:
        while True:
            if self.split == "train":
                hue = self.uniform(0, 1)
                if not any(low <= hue <= high for low, high in RESERVED_HUES):
                    return hue
            else:
                return self.uniform(*RESERVED_HUES[self.rng.integers(len(RESERVED_HUES))])

    def colour(self, saturation: tuple[float, float] = (0.05, 0.9), value: tuple[float, float] = (0.1, 0.97)) -> np.ndarray:
        """A colour of the things people make: often grey, black or white."""
        kind = self.rng.random()
        if kind < 0.15:
            return np.clip(self.uniform(0.82, 1) + self.rng.normal(0, 0.015, 3), 0, 1).astype(np.float32)
        if kind < 0.3:
            return np.clip(self.uniform(0.02, 0.15) + self.rng.normal(0, 0.012, 3), 0, 1).astype(np.float32)
        strength = self.uniform(*saturation) * (0.3 if kind < 0.5 else 1)
        return hsv(self.hue(), strength, self.uniform(*value))


def hsv(hue: float, saturation: float, value: float) -> np.ndarray:
    return np.array(colorsys.hsv_to_rgb(hue % 1, min(max(saturation, 0), 1), min(max(value, 0), 1)), np.float32)
