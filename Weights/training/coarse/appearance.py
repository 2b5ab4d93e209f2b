"""How a camera shows a picture: colours, blur, noise, compression."""

import io
import math

import numpy as np
from PIL import Image, ImageEnhance, ImageFilter

from coarse.sampling import RNG, chance


def jitter(rng: RNG, image: Image.Image, strength: float) -> Image.Image:
    """Gamma, brightness, contrast and white balance in one table, then saturation."""
    ramp = np.arange(256) / 255
    gamma = math.exp(rng.normal(0, 0.25) * strength)
    contrast, brightness = math.exp(rng.normal(0, 0.2) * strength), rng.normal(0, 0.08) * strength
    tables = [(ramp**gamma * math.exp(rng.normal(0, 0.08) * strength) - 0.5) * contrast + 0.5 + brightness for _ in range(3)]
    image = image.point([int(v) for table in tables for v in np.clip(table * 255, 0, 255)])
    return ImageEnhance.Color(image).enhance(max(0.0, rng.normal(1, 0.3 * strength)))


def degrade(rng: RNG, image: Image.Image, blur: bool = True) -> Image.Image:
    if chance(rng, 0.04):
        image = image.convert("L").convert("RGB")
    if blur and chance(rng, 0.15):
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.8)))
    if chance(rng, 0.2):
        noise = rng.standard_normal((image.height, image.width, 3), np.float32) * rng.uniform(2, 14)
        image = Image.fromarray(np.uint8(np.clip(np.asarray(image) + noise, 0, 255)))
    if chance(rng, 0.3):
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=int(rng.integers(25, 92)))
        image = Image.open(stream)
    return image
