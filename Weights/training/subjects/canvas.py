"""A premultiplied canvas, and the two ways of drawing on it: strokes with analytic coverage, and planes with a coverage of their own."""

import cv2
import numpy as np
from numba import njit

# Supersampling of filled outlines along each side.
FINE = 4


@njit(cache=True, fastmath=True)
def draw_strokes(pixels, stamp, cover, first, points, half, colour, opacity, roundness, light):
    """Draws polylines one over another, each pixel covered once per polyline however its segments overlap.

    The profile is the pixel's box convolved with the stroke's: a stroke of a third of a pixel covers a third.
    """
    height, width = stamp.shape
    for s in range(points.shape[0]):
        mark = first + s
        for i in range(points.shape[1] - 1):
            ax, ay, bx, by = points[s, i, 0], points[s, i, 1], points[s, i + 1, 0], points[s, i + 1, 1]
            ah, bh = half[s, i], half[s, i + 1]
            reach = max(ah, bh) + 0.5
            x0, x1 = int(max(np.floor(min(ax, bx) - reach), 0)), int(min(np.ceil(max(ax, bx) + reach), width - 1))
            y0, y1 = int(max(np.floor(min(ay, by) - reach), 0)), int(min(np.ceil(max(ay, by) + reach), height - 1))
            if x0 > x1 or y0 > y1:
                continue
            dx, dy = bx - ax, by - ay
            square = dx * dx + dy * dy + 1e-9
            length = np.sqrt(square)
            lit = (light[0] * -dy + light[1] * dx) / length
            for y in range(y0, y1 + 1):
                for x in range(x0, x1 + 1):
                    px, py = x - ax, y - ay
                    t = min(max((px * dx + py * dy) / square, 0.0), 1.0)
                    qx, qy = px - t * dx, py - t * dy
                    away = np.sqrt(qx * qx + qy * qy)
                    h = ah + t * (bh - ah)
                    new = min(min(h + 0.5 - away, 2 * h), 1.0)
                    if new <= 0:
                        continue
                    new *= opacity[s, i] + t * (opacity[s, i + 1] - opacity[s, i])
                    old = cover[y, x] if stamp[y, x] == mark else 0.0
                    if new <= old + 1e-4:
                        continue
                    stamp[y, x] = mark
                    cover[y, x] = new
                    k = (new - old) / max(1 - old, 1e-4)
                    across = (px * dy - py * dx) / (length * max(h, 0.5))
                    across = min(max(across, -1.0), 1.0)
                    shade = 1 - roundness * (0.55 * across * across + 0.45 * lit * across)
                    for c in range(3):
                        value = (colour[s, i, c] + t * (colour[s, i + 1, c] - colour[s, i, c])) * shade
                        pixels[y, x, c] += k * (min(max(value, 0.0), 1.0) - pixels[y, x, c])
                    pixels[y, x, 3] += k * (1 - pixels[y, x, 3])


class Canvas:
    """Premultiplied RGBA from 0 to 1, pixel centres at whole coordinates."""

    def __init__(self, width: int, height: int):
        self.width, self.height = width, height
        self.pixels = np.zeros((height, width, 4), np.float32)
        self.stamp = np.full((height, width), -1, np.int32)
        self.cover = np.zeros((height, width), np.float32)
        self.strokes_drawn = 0

    def strokes(self, points: np.ndarray, half, colour, opacity=1.0, roundness: float = 0.0, light: tuple[float, float] = (-0.6, -0.8)) -> None:
        """`points` is (strokes, vertices, 2); half widths, colours and opacities are given for all, by stroke, or by vertex."""
        count, vertices = points.shape[:2]
        if count == 0:
            return
        draw_strokes(
            self.pixels,
            self.stamp,
            self.cover,
            self.strokes_drawn,
            np.ascontiguousarray(points, np.float32),
            spread(half, (count, vertices)),
            spread(colour, (count, vertices, 3)),
            spread(opacity, (count, vertices)),
            np.float32(roundness),
            np.asarray(light, np.float32),
        )
        self.strokes_drawn += count

    def paint(self, colour: np.ndarray, coverage: np.ndarray, origin: tuple[int, int] = (0, 0)) -> None:
        """Lays a plane of colour (a picture or one colour) over what is there, its left upper corner at `origin`."""
        x, y = origin
        rows, columns = coverage.shape
        x0, y0, x1, y1 = max(x, 0), max(y, 0), min(x + columns, self.width), min(y + rows, self.height)
        if x0 >= x1 or y0 >= y1:
            return
        cut = (slice(y0 - y, y1 - y), slice(x0 - x, x1 - x))
        part = self.pixels[y0:y1, x0:x1]
        cover = coverage[cut][..., None]
        part *= 1 - cover
        part[..., :3] += cover * np.clip(colour[cut] if np.ndim(colour) == 3 else np.asarray(colour, np.float32), 0, 1)
        part[..., 3:] += cover

    def fill(self, outlines: list[np.ndarray], colour, strength: float = 1.0, holes: bool = True) -> None:
        """Fills outlines with one colour, or with what `colour` makes of their coverage."""
        mask, origin = local_coverage(outlines, self.width, self.height, holes)
        if mask.any():
            self.paint(colour(mask) if callable(colour) else colour, mask * strength, origin)

    def over(self, other: "Canvas") -> None:
        """Lays another canvas over this one."""
        self.pixels *= 1 - other.pixels[..., 3:]
        self.pixels += other.pixels

    @property
    def alpha(self) -> np.ndarray:
        return self.pixels[..., 3]


def spread(value, shape: tuple[int, ...]) -> np.ndarray:
    """Broadcasts what is given for all, by stroke or by vertex to every vertex."""
    value = np.asarray(value, np.float32)
    if value.ndim == len(shape) - 1 and len(shape) > 1 and value.ndim and value.shape[0] == shape[0]:
        value = value[:, None]
    return np.ascontiguousarray(np.broadcast_to(value, shape))


def coverage(outlines: list[np.ndarray], width: int, height: int, holes: bool = True) -> np.ndarray:
    """How much of each pixel lies inside the outlines, generous by an eighth of a pixel: inside an odd number, or inside any if not `holes`."""
    fine = np.zeros((height * FINE, width * FINE), np.uint8)
    fixed = [np.round(np.clip((np.asarray(o) + 0.5) * FINE - 0.5, -30000, 30000) * 16).astype(np.int32) for o in outlines]
    for group in [fixed] if holes else [[o] for o in fixed]:
        cv2.fillPoly(fine, group, 255, cv2.LINE_8, 4)
    return cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def local_coverage(outlines: list[np.ndarray], width: int, height: int, holes: bool = True) -> tuple[np.ndarray, tuple[int, int]]:
    """The coverage of the outlines within the part of their bounding box that is on the canvas, and where that part begins."""
    everything = np.concatenate(outlines)
    low = np.clip(np.floor(everything.min(0)).astype(int) - 2, 0, [width - 1, height - 1])
    high = np.clip(np.ceil(everything.max(0)).astype(int) + 3, low + 1, [width, height])
    return coverage([o - low for o in outlines], *(high - low), holes), (int(low[0]), int(low[1]))


def straight(pixels: np.ndarray) -> np.ndarray:
    """Straight 8-bit RGBA, its colour carried on outwards wherever nothing of the subject is seen."""
    alpha = pixels[..., 3:]
    colour = extend(pixels[..., :3], alpha[..., 0])
    return np.uint8(np.clip(np.concatenate([colour, alpha], 2), 0, 1) * 255 + 0.5)


def extend(premultiplied: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Divides by alpha; where alpha vanishes, takes the mean of ever wider surroundings."""
    height, width = alpha.shape
    levels = [np.dstack([premultiplied, alpha])]
    while min(levels[-1].shape[:2]) > 2:
        h, w = levels[-1].shape[:2]
        levels.append(cv2.resize(levels[-1], ((w + 1) // 2, (h + 1) // 2), interpolation=cv2.INTER_AREA))
    known = None
    for level in reversed(levels):
        weight = level[..., 3:]
        own = level[..., :3] / np.maximum(weight, 1e-6)
        if known is None:
            known = own
            continue
        wide = cv2.resize(known, (level.shape[1], level.shape[0]), interpolation=cv2.INTER_LINEAR)
        trust = np.clip(weight / 0.004, 0, 1)
        known = wide + trust * (own - wide)
    return known.reshape(height, width, 3)
