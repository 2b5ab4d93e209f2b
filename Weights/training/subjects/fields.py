"""Noise and other smooth fields, from which textures, flows and vapour are made."""

import cv2
import numpy as np

RNG = np.random.Generator


def noise(rng: RNG, width: int, height: int, scale: float, octaves: int = 4, gain: float = 0.5, stretch: float = 1.0) -> np.ndarray:
    """Fractal noise of about unit variance; `scale` is the size of its largest features in pixels, `stretch` lengthens them downwards."""
    total, power, weight = np.zeros((height, width), np.float32), 0.0, 1.0
    slow = np.zeros((height // 4 + 2, width // 4 + 2), np.float32)
    for _ in range(octaves):
        # What varies slowly is made on a quarter of the grid.
        plane, step = (slow, 4) if scale >= 16 else (total, 1)
        across, down = max(scale, 1) / step, max(scale * stretch, 1) / step
        rows, columns = plane.shape
        grid = rng.standard_normal((int(rows / down) + 5, int(columns / across) + 5), np.float32)
        # Octaves are turned against each other, which hides the grid.
        (x, y), turn = rng.random(2), rng.uniform(0, 2 * np.pi) if stretch == 1 else 0.0
        c, s = np.cos(turn), np.sin(turn)
        shift = np.array([[c / across, s / across, 1 + x], [-s / down, c / down, 1 + y]], np.float32)
        plane += weight * cv2.warpAffine(grid, shift, (columns, rows), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REFLECT)
        power += weight**2
        scale, weight = scale / 2, weight * gain
        if scale < 1:
            break
    total += cv2.resize(slow, (slow.shape[1] * 4, slow.shape[0] * 4), interpolation=cv2.INTER_LINEAR)[:height, :width]
    return total / np.float32(0.7 * np.sqrt(power))


def ridges(rng: RNG, width: int, height: int, scale: float, octaves: int = 3) -> np.ndarray:
    """Thin bright lines between smooth areas, from 0 to 1: creases, veins, cracks."""
    return np.exp(-np.abs(noise(rng, width, height, scale, octaves)) * 4)


def cells(rng: RNG, width: int, height: int, size: float) -> tuple[np.ndarray, np.ndarray]:
    """Scattered cells of about `size` pixels: the number of the nearest seed, and the distance to it in units of `size`."""
    coarse = 2
    w, h = (width + coarse - 1) // coarse, (height + coarse - 1) // coarse
    seeds = np.ones((h, w), np.uint8)
    count = max(1, int(width * height / size**2))
    seeds[rng.integers(0, h, count), rng.integers(0, w, count)] = 0
    away, label = cv2.distanceTransformWithLabels(seeds, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    label = cv2.resize(label.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST).astype(np.int32)
    return label, cv2.resize(away, (width, height)) * coarse / size


def grid(width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    return x, y


def at(field: np.ndarray, points: np.ndarray) -> np.ndarray:
    """The field's values at points (..., 2), its border's values outside it."""
    x = np.clip(np.round(points[..., 0]).astype(int), 0, field.shape[1] - 1)
    y = np.clip(np.round(points[..., 1]).astype(int), 0, field.shape[0] - 1)
    return field[y, x]


def smoothstep(low: float, high: float, value: np.ndarray) -> np.ndarray:
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def blur(field: np.ndarray, sigma: float) -> np.ndarray:
    return cv2.GaussianBlur(field, (0, 0), sigma) if sigma > 0.2 else field
