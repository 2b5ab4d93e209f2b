"""What a camera does to a subject: its lens, focus and motion act on colour and alpha together, its sensor on colour alone."""

import cv2
import numpy as np

from .fields import blur, grid, noise, smoothstep
from .variety import Draw


def disc(radius: float, blades: int = 0) -> np.ndarray:
    """The kernel of a lens out of focus: a disc, or a polygon of so many blades, its rim antialiased."""
    reach = int(np.ceil(radius + 1))
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1].astype(np.float32)
    away = np.hypot(x, y)
    if blades:
        sector = np.mod(np.arctan2(y, x), 2 * np.pi / blades) - np.pi / blades
        away = away * np.cos(sector) / np.cos(np.pi / blades)
    kernel = np.clip(radius + 0.5 - away, 0, 1)
    return kernel / kernel.sum()


def defocus(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    return convolved(pixels, disc(draw.log(0.8, 9), draw.among(0, 0, 5, 6)))


def convolved(pixels: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    return cv2.filter2D(pixels, -1, kernel, borderType=cv2.BORDER_REPLICATE)


def varying_defocus(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    """Sharp in front, blurred farther back: nearby amounts of blur are mixed by a depth over the picture."""
    height, width = pixels.shape[:2]
    x, y = grid(width, height)
    angle = draw.uniform(0, 2 * np.pi)
    depth = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle) + draw.uniform(0, 0.25) * noise(draw.rng, width, height, 300, 2)
    depth = np.abs(depth - draw.uniform(-0.5, 0.5)) if draw.chance(0.5) else depth + 0.5
    radii = np.array([0.0, 1.5, 3.5, 7.0]) * draw.uniform(0.5, 1.6)
    place = np.clip(depth, 0, 1) * (len(radii) - 1)
    result = np.zeros_like(pixels)
    for k, radius in enumerate(radii):
        share = np.clip(1 - np.abs(place - k), 0, 1)[..., None]
        if share.max() > 0:
            result += share * (convolved(pixels, disc(radius)) if radius else pixels)
    return result


def motion(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    """Along a straight or bent line."""
    length, angle, bend = draw.log(3, 40), draw.uniform(0, np.pi), draw.rng.normal(0, 0.6)
    reach = int(length / 2) + 3
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    t = np.linspace(-0.5, 0.5, int(length * 4)) * length
    sway = bend * t**2 / length
    x, y = t * np.cos(angle) - sway * np.sin(angle) + reach, t * np.sin(angle) + sway * np.cos(angle) + reach
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    for dx in (0, 1):
        for dy in (0, 1):
            inside = (left + dx >= 0) & (left + dx <= 2 * reach) & (top + dy >= 0) & (top + dy <= 2 * reach)
            weight = np.abs(1 - dx - (x - left)) * np.abs(1 - dy - (y - top))
            np.add.at(kernel, ((top + dy)[inside], (left + dx)[inside]), weight[inside])
    return convolved(pixels, kernel / kernel.sum())


def spin(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    """Around a point or towards it: the mean of doubling turns, so that five warps stand for thirty-two exposures."""
    height, width = pixels.shape[:2]
    centre = (width * draw.uniform(0.2, 0.8), height * draw.uniform(0.2, 0.8))
    degrees, zoom = draw.rng.normal(0, 2.5) * draw.chance(0.7), draw.rng.normal(0, 0.02)
    for k in range(5):
        share = 2.0**k / 32
        turn = cv2.getRotationMatrix2D(centre, degrees * share, 1 + zoom * share)
        pixels = 0.5 * (pixels + cv2.warpAffine(pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE))
    return pixels


def fade(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    """Makes a part of the subject partly transparent."""
    height, width = pixels.shape[:2]
    field = noise(draw.rng, width, height, draw.log(100, 500), 2)
    least = draw.uniform(0.1, 0.8)
    return pixels * (least + (1 - least) * smoothstep(-0.8, draw.uniform(-0.6, 0.3), field))[..., None]


def lens(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    """Even a sharp picture spreads an edge over a pixel or two."""
    return blur(pixels, draw.uniform(0.3, 0.95)) if draw.chance(0.7) else pixels


def photographed(draw: Draw, pixels: np.ndarray) -> np.ndarray:
    kind = draw.rng.random()
    if draw.chance(0.04):
        pixels = fade(draw, pixels)
    if kind < 0.14:
        pixels = defocus(draw, pixels)
    elif kind < 0.24:
        pixels = varying_defocus(draw, pixels)
    elif kind < 0.31:
        pixels = motion(draw, pixels)
    elif kind < 0.35:
        pixels = spin(draw, pixels)
    pixels = lens(draw, pixels)
    return np.ascontiguousarray(pixels[:, ::-1]) if draw.chance(0.5) else pixels


def developed(draw: Draw, picture: np.ndarray) -> np.ndarray:
    """Exposure, contrast, white balance, saturation and sensor noise on straight 8-bit colour."""
    colour = picture[..., :3].astype(np.float32) / 255
    height, width = colour.shape[:2]
    colour = np.power(colour, np.float32(np.exp(draw.rng.normal(0, 0.22))))
    grey = colour.mean(2, keepdims=True)
    colour = grey + (colour - grey) * np.float32(np.clip(draw.rng.normal(0.95, 0.25), 0, 1.5))
    colour *= np.exp(draw.rng.normal(0, 0.06, 3)).astype(np.float32)
    if draw.chance(0.4):
        x, y = grid(width, height)
        angle = draw.uniform(0, 2 * np.pi)
        ramp = (x / width - 0.5) * np.cos(angle) + (y / height - 0.5) * np.sin(angle)
        colour *= (1 + draw.uniform(0, 0.7) * ramp)[..., None]
    if draw.chance(0.4):
        colour += draw.rng.standard_normal(colour.shape, np.float32) * np.float32(draw.log(0.004, 0.03))
    return np.dstack([np.uint8(np.clip(colour, 0, 1) * 255 + 0.5), picture[..., 3]])


def framed(draw: Draw, pixels: np.ndarray, smallest: int = 512) -> np.ndarray:
    """Cuts off empty margins, so that the subject fills most of the picture."""
    alpha = pixels[..., 3] > 0.02
    if not alpha.any():
        return pixels
    spans = []
    for axis, size in ((1, pixels.shape[0]), (0, pixels.shape[1])):
        there = np.nonzero(alpha.any(axis))[0]
        low, high = there[0], there[-1] + 1
        want = min(size, max(int((high - low) / draw.uniform(0.7, 0.97)), smallest))
        least, most = max(0, high - want), min(low, size - want)
        start = int(draw.uniform(min(least, most), max(least, most)))
        # What the frame cut off before stays cut off.
        start = 0 if low == 0 else size - want if high == size else start
        spans.append(slice(start, start + want))
    return np.ascontiguousarray(pixels[spans[0], spans[1]])
