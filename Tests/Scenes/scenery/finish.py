"""From rendered pixels to files: a lens's and a sensor's traces, JPEG, alpha, EXIF, ICC."""

import os
from typing import Any

import numpy as np
from PIL import Image

from . import profile

LIMIT = 600_000  # bytes for a picture
TURNED = {"plant"}  # stored lying on its side, EXIF orientation 6
PLAIN = {"room", "sweep"}  # no subject: quality 88 is plenty
WIDE = {"bottle"}  # stored in Display P3, with the profile


def picture(raw, path, name, seed):
    """Grades, adds light fall-off and sensor noise, then writes a JPEG under the limit."""
    pixels = np.asarray(Image.open(raw).convert("RGB"), np.float32) / 255
    height, width = pixels.shape[:2]
    y, x = np.mgrid[:height, :width]
    away = ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2
    pixels = pixels * (1 - 0.10 * away**1.5)[..., None]
    grey = pixels @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    pixels = grey[..., None] + 1.16 * (pixels - grey[..., None])
    pixels = pixels + 0.10 * np.sin(2 * np.pi * (np.clip(pixels, 0, 1) - 0.5)) / np.pi
    random = np.random.default_rng(seed)
    luma = random.normal(size=(height, width, 1)) * 0.0075
    chroma = random.normal(size=pixels.shape) * 0.0025
    pixels = np.clip(pixels + (luma + chroma) * (0.6 + 0.8 * np.sqrt(np.clip(1 - pixels, 0, 1))), 0, 1)
    options: dict[str, Any] = {"optimize": True, "subsampling": 0 if name in WIDE else 2}
    if name in WIDE:
        pixels = profile.srgb_to_p3(pixels)
        options["icc_profile"] = profile.display_p3()
    image = Image.fromarray((pixels * 255 + 0.5).astype(np.uint8))
    if name in TURNED:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif = Image.Exif()
        exif[0x0112] = 6  # to be shown turned a quarter clockwise
        options["exif"] = exif
    for quality in range(88 if name in PLAIN else 90, 60, -2):
        image.save(path, quality=quality, **options)
        if os.path.getsize(path) <= LIMIT:
            break
    return path


def alpha(raw, path):
    Image.open(raw).getchannel("A").save(path, optimize=True)
    return path
