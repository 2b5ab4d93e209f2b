#!/usr/bin/env python3
"""Writes the JPEG fixtures beside this script, with the pixels Pillow decodes from them.

    python3 -m venv venv && venv/bin/pip install pillow==13.0.0 numpy && venv/bin/python generate.py

NAME.jpg is a picture; NAME.raw holds its upright pixels, 8 bits, one or three interleaved channels, without header.
"""

import io
import pathlib

import numpy
from PIL import Image, ImageCms, ImageOps

HERE = pathlib.Path(__file__).parent
ORIENTATION = 0x0112


def scene(width, height):
    """Smooth colours, a hard edge and a disc: something for every frequency, different in every corner."""
    y, x = numpy.mgrid[0:height, 0:width].astype(float)
    red = 255 * x / max(width - 1, 1)
    green = 255 * y / max(height - 1, 1)
    blue = 127 + 127 * numpy.sin(x / 3) * numpy.cos(y / 4)
    picture = numpy.stack([red, green, blue], axis=-1)
    picture[(x - width * 0.3) ** 2 + (y - height * 0.4) ** 2 < (height * 0.25) ** 2] = (240, 60, 20)
    picture[:, int(width * 0.8):] *= 0.5
    return Image.fromarray(picture.round().astype("uint8"), "RGB")


def decoded(data):
    """The pixels of a JPEG file, upright, as grey or RGB."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    picture = ImageOps.exif_transpose(picture)
    return picture if picture.mode in ("L", "RGB") else picture.convert("RGB")


def save(name, data):
    (HERE / f"{name}.jpg").write_bytes(data)
    (HERE / f"{name}.raw").write_bytes(decoded(data).tobytes())


def encode(picture, **options):
    stream = io.BytesIO()
    picture.save(stream, "JPEG", **options)
    return stream.getvalue()


def with_adobe_transform(data, transform):
    """Changes what the file's Adobe marker says about its colours: 0 as they are, 1 YCbCr, 2 YCCK."""
    position = data.index(b"Adobe") + 11
    return data[:position] + bytes([transform]) + data[position + 1:]


def main():
    rgb = scene(45, 35)
    save("gray", encode(rgb.convert("L"), quality=85))
    save("rgb-444", encode(rgb, quality=85, subsampling="4:4:4"))
    save("rgb-422", encode(rgb, quality=85, subsampling="4:2:2"))
    save("rgb-420", encode(rgb, quality=85, subsampling="4:2:0"))
    save("rgb-stored", encode(rgb, quality=85, keep_rgb=True))
    save("progressive", encode(rgb, quality=85, progressive=True))
    save("progressive-gray", encode(rgb.convert("L"), quality=85, progressive=True))
    save("restart", encode(rgb, quality=85, restart_marker_blocks=2))
    cmyk = encode(rgb.convert("CMYK"), quality=85)
    save("cmyk", cmyk)
    save("ycck", with_adobe_transform(cmyk, 2))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    save("profile", encode(rgb, quality=85, icc_profile=profile))
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        save(f"orientation-{orientation}", encode(scene(24, 16), quality=85, exif=exif))


main()
