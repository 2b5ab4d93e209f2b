"""The library's guided filter (`GuidedUpsampling`): how a matte is brought up before the edge network sees it.

K. He, J. Sun, X. Tang, Guided Image Filtering, TPAMI 2013; weights, trust, bounds and second pass as described there in the
library's sources, whose constants these are. It works on a part of the picture, as training looks at crops only.
"""

import cv2
import numpy as np

from edge.colours import cells

RADIUS, SECOND_RADIUS = 4, 1
EPSILON, LEAST_VARIANCE = 1e-5, 1e-6
LEAST_WEIGHT = 0.02
TRUSTED = (0.3, 0.8)
STEEPEST_SLOPE = 12
REACH = 2
DEAD_ZONE = 0.02
WORKING_SCALE = 1.1


def clear_dead_zone(values: np.ndarray) -> np.ndarray:
    return np.clip((values - DEAD_ZONE) / (1 - 2 * DEAD_ZONE), 0, 1)


def window_means(planes: list[np.ndarray], radius: int) -> list[np.ndarray]:
    """Means over windows that are cut at the borders."""
    side = (2 * radius + 1,) * 2
    sums = [cv2.boxFilter(plane, -1, side, normalize=False, borderType=cv2.BORDER_CONSTANT) for plane in [np.ones_like(planes[0]), *planes]]
    inverse = 1 / sums[0]
    return [plane * inverse for plane in sums[1:]]


def fit(guide: list[np.ndarray], matte: np.ndarray, weight: np.ndarray, radius: int) -> list[np.ndarray]:
    """The averaged coefficients a (3) and b of matte = a * guide + b around each pixel, as far as they are trusted."""
    r, g, b = (plane - 0.5 for plane in guide)
    p = matte - 0.5
    wr, wg, wb, wp = (weight * plane for plane in (r, g, b, p))
    products = [wr * r, wr * g, wr * b, wg * g, wg * b, wb * b, wr * p, wg * p, wb * p, wp * p]
    total, *moments = window_means([weight, wr, wg, wb, wp, *products], radius)
    total = 1 / total
    r, g, b, p, rr, rg, rb, gg, gb, bb, cr, cg, cb, variance = (moment * total for moment in moments)
    rr, rg, rb, gg, gb, bb = rr - r * r, rg - r * g, rb - r * b, gg - g * g, gb - g * b, bb - b * b
    cr, cg, cb, variance = cr - r * p, cg - g * p, cb - b * p, variance - p * p
    # The symmetric system by its factors L D Lt, whose pivots are at least epsilon.
    rr = np.maximum(rr + EPSILON, EPSILON)
    lg, lb = rg / rr, rb / rr
    dg = np.maximum(gg + EPSILON - lg * rg, EPSILON)
    mixed = gb - lb * rg
    lgb = mixed / dg
    db = np.maximum(bb + EPSILON - lb * rb - lgb * mixed, EPSILON)
    yg = cg - lg * cr
    ab = (cb - lb * cr - lgb * yg) / db
    ag = yg / dg - lgb * ab
    ar = cr / rr - lg * ag - lb * ab
    offset = p - ar * r - ag * g - ab * b + (1 - ar - ag - ab) * 0.5
    explained = 1 - (variance - ar * cr - ag * cg - ab * cb) / (variance + LEAST_VARIANCE)
    trust = np.clip((explained - TRUSTED[0]) / (TRUSTED[1] - TRUSTED[0]), 0, 1)
    steepness = ar * ar + ag * ag + ab * ab
    trust = trust * np.minimum(1, STEEPEST_SLOPE**2 / np.maximum(steepness, 1e-9))
    *slopes, offset, trust = window_means([trust * ar, trust * ag, trust * ab, trust * offset, trust], radius)
    return [*slopes, offset + (1 - trust) * matte]


def bounded(fits: list[np.ndarray], guide: list[np.ndarray], low: np.ndarray, high: np.ndarray) -> np.ndarray:
    *slopes, offset = fits
    value = sum((slope * plane for slope, plane in zip(slopes, guide)), offset)
    return clear_dead_zone(np.clip(value, low, high))


class GuidedUpsampling:
    """A smaller matte brought up to a (height, width, 3) picture in 0 to 1."""

    def __init__(self, picture: np.ndarray, matte: np.ndarray):
        self.picture, self.matte = picture, matte
        side, coarse_side = (float(np.sqrt(plane.shape[0] * plane.shape[1])) for plane in (picture, matte))
        self.factor = max(int(side / (coarse_side * WORKING_SCALE)), 1)
        self.guide = cells(picture, self.factor)
        size = self.guide.shape[1::-1]
        scale = float(np.sqrt(size[0] * size[1])) / coarse_side
        self.radii = [max(round(radius * scale), 1) for radius in (RADIUS, SECOND_RADIUS)]
        values = clear_dead_zone(matte)
        near, reach = (np.ones((2 * radius + 1,) * 2, np.uint8) for radius in (1, REACH))
        variation = cv2.dilate(values, near) - cv2.erode(values, near)
        coarse = (values, variation, cv2.erode(values, reach), cv2.dilate(values, reach))
        self.working = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in coarse]

    def part(self, rows: slice, columns: slice) -> np.ndarray:
        """The matte at the picture's size, in these rows and columns."""
        if self.matte.shape == self.picture.shape[:2]:
            return self.matte[rows, columns]
        halo = 2 * sum(self.radii) + 2
        taken = tuple(
            slice(max(wanted.start // self.factor - halo, 0), min(-(-wanted.stop // self.factor) + halo, limit))
            for wanted, limit in zip((rows, columns), self.guide.shape)
        )
        guide = [np.ascontiguousarray(plane) for plane in np.moveaxis(self.guide[taken], -1, 0)]
        matte, variation, *bounds = (plane[taken] for plane in self.working)
        weight = LEAST_WEIGHT + (1 - LEAST_WEIGHT) * np.maximum(1 - variation, 0) ** 4
        matte = bounded(fit(guide, matte, weight, self.radii[0]), guide, *bounds)
        planes = [*fit(guide, matte, weight, self.radii[1]), *bounds]
        top, left = (part.start * self.factor for part in taken)
        inside = (slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left))
        if self.factor > 1:
            planes = [cv2.resize(plane, None, fx=self.factor, fy=self.factor, interpolation=cv2.INTER_LINEAR) for plane in planes]
        *fits, low, high = (plane[inside] for plane in planes)
        return bounded(fits, list(np.moveaxis(self.picture[rows, columns], -1, 0)), low, high)
