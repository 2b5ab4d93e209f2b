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


def cells(plane: np.ndarray) -> np.ndarray:
    """Means over cells of 4 x 4 pixels; those at the right and lower border may cover fewer."""
    height, width = plane.shape[:2]
    tall, wide = -(-height // CELL), -(-width // CELL)
    padded = np.zeros((tall * CELL, wide * CELL, *plane.shape[2:]), np.float32)
    padded[:height, :width] = plane
    sums = padded.reshape(tall, CELL, wide, CELL, -1).sum((1, 3))
    counts = np.outer(*(np.minimum(CELL, side - CELL * np.arange(count)) for side, count in ((height, tall), (width, wide))))
    return sums / counts[..., None].astype(np.float32)


def means(colours: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted means of (height, width, 3) colours over widening windows, cut at the borders, and how far colours spread around them."""
    squares = (colours * colours).sum(-1, keepdims=True)
    planes = np.dstack([np.dstack([colours, squares]) * weight[..., None], weight])
    total = planes.mean((0, 1)) * WIDER ** len(RADII) + np.float32([0, 0, 0, 0, 1e-12])
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
