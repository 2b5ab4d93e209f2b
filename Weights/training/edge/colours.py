"""What colour the subject and the background have around each pixel, from where the level above is certain of them.

A pixel between them in colour is between them in alpha. Sampling-based matting (Chuang et al., A Bayesian Approach to
Digital Matting, 2001) starts from the same question; here the answer is only an input of the network, which learns where
it is to be believed. Without it a network of this size did not learn to compare a strand with what lies fifty pixels away.
The library does the same (`LocalColors`), so constants and borders agree.
"""

import cv2
import numpy as np

CELL = 4
# Cells to each side that a mean covers: the widest is looked at where the narrower ones have seen nothing certain.
RADII = (2, 6, 18, 60)
# The weight of each wider window against the one before, and of what is uncertain against what is certain.
WIDER, UNCERTAIN = 0.1, 5e-4
# What keeps alpha from being decided between two colours that are the same.
LEAST_CONTRAST = 2e-3
# A pixel this far from the line between the two colours is of neither.
LARGEST_DISTANCE = 0.25


def cells(planes: np.ndarray, cell: int = CELL) -> np.ndarray:
    """Means over square cells of (height, width, channels) planes; those at the right and lower border may cover fewer pixels."""
    if cell == 1:
        return planes
    height, width = planes.shape[:2]
    tall, wide = -(-height // cell), -(-width // cell)
    padded = cv2.copyMakeBorder(planes, 0, tall * cell - height, 0, wide * cell - width, cv2.BORDER_CONSTANT, value=0)
    parts = np.moveaxis(padded, -1, 0)  # area means of more than four channels at once are slow
    small = np.dstack([cv2.resize(np.ascontiguousarray(part), (wide, tall), interpolation=cv2.INTER_AREA) for part in parts])
    shares = np.outer(*(np.minimum(cell, side - cell * np.arange(count)) for side, count in ((height, tall), (width, wide))))
    return small * (cell * cell / shares).astype(np.float32)[..., None]


def means(colours: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted means of (height, width, 3) colours over widening windows, cut at the borders, and how far colours spread around them."""
    squares = (colours * colours).sum(-1, keepdims=True)
    planes = np.dstack([np.dstack([colours, squares]) * weight[..., None], weight])
    total = planes.mean((0, 1)) * WIDER ** len(RADII) + np.array([0, 0, 0, 0, 1e-12], np.float32)
    for index, radius in enumerate(RADII):
        side = 2 * radius + 1
        total = total + cv2.boxFilter(planes, -1, (side, side), borderType=cv2.BORDER_CONSTANT) * np.float32(WIDER**index)
    moments = total[..., :4] / total[..., 4:]
    variance = moments[..., 3] - (moments[..., :3] ** 2).sum(-1)
    return np.dstack([moments[..., :3], np.sqrt(np.maximum(variance, 0))])


def local_colours(picture: np.ndarray, matte: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Around each pixel of a (height, width, 3) picture in 0 to 1: the subject's colour and its spread, the background's (height, width, 8)."""
    grid = cells(np.dstack([picture, matte, unknown]))
    certain = 1 - grid[..., 4] + UNCERTAIN
    both = [means(grid[..., :3], share**2 * certain) for share in (grid[..., 3], 1 - grid[..., 3])]
    enlarged = cv2.resize(np.dstack(both), None, fx=CELL, fy=CELL, interpolation=cv2.INTER_LINEAR)
    return enlarged[: picture.shape[0], : picture.shape[1]]


def between(picture: np.ndarray, colours: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How far each pixel's colour is on the way from the background's to the subject's, how near that way it is, and how well
    the two can be told apart: each 0 to 1."""
    subject, background = colours[..., :3], colours[..., 4:7]
    way = subject - background
    square = (way * way).sum(-1)
    place = np.clip(((picture - background) * way).sum(-1) / (square + LEAST_CONTRAST), 0, 1)
    beside = picture - background - place[..., None] * way
    nearness = 1 - np.minimum(np.sqrt((beside * beside).sum(-1)) / LARGEST_DISTANCE, 1)
    contrast = np.sqrt(square)
    return place, nearness, contrast / (contrast + colours[..., 3] + colours[..., 7] + 1e-3)
