#!/usr/bin/env python3
"""Writes the HEIC and AVIF fixtures beside this script, with the encoders of libheif and libavif (Debian 12:
libheif-examples 1.15.1, libavif-bin 0.11.1).

    python3 -m venv venv && venv/bin/pip install pillow==12.0.0 numpy && venv/bin/python generate-heif.py

The scene is the one of HEIFTests.swift.
"""

import pathlib
import struct
import subprocess
import tempfile
import zlib

import numpy
from PIL import Image, ImageCms

HERE = pathlib.Path(__file__).parent
WIDTH, HEIGHT = 45, 35


def scene():
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    return numpy.stack([x * 255 // 44, y * 255 // 34, (x + y) * 255 // 78, 255 - x * 5], axis=-1)


def wide_png(pixels):
    """A PNG of 16 bits, which Pillow does not write."""
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def main():
    pixels = scene()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        rgb = Image.fromarray(pixels[..., :3].astype("uint8"), "RGB")
        rgb.save(folder / "rgb.png")
        Image.fromarray(pixels.astype("uint8"), "RGBA").save(folder / "rgba.png")
        # Between the steps of 8 bits: those of the formula, before it is cut to whole numbers.
        y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
        exact = numpy.stack([x / 44, y / 34, (x + y) / 78], axis=-1)
        (folder / "wide.png").write_bytes(wide_png((exact * 65535).round()))
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        rgb.save(folder / "profile.png", icc_profile=profile)
        exif = Image.Exif()
        exif[0x010F], exif[0x0112] = "Maker", 8
        (folder / "exif").write_bytes(exif.tobytes().removeprefix(b"Exif\0\0"))

        def encode(output, *arguments):
            subprocess.run(["heif-enc", "-q", "90", *arguments, "-o", str(HERE / output)], cwd=folder, check=True)
        srgb = ["--colour_primaries", "1", "--transfer_characteristic", "13"]
        for kind in ("heic", "avif"):
            flags = ["-A"] if kind == "avif" else []
            encode(f"plain.{kind}", "rgb.png", *flags, *srgb)
            encode(f"alpha.{kind}", "rgba.png", *flags, *srgb)
        encode("ten.heic", "wide.png", "-b", "10", *srgb)
        for name, bits in (("ten", "10"), ("twelve", "12")):
            subprocess.run(["avifenc", "--cicp", "1/13/6", "-d", bits, "--min", "4", "--max", "8", "wide.png",
                            str(HERE / f"{name}.avif")], cwd=folder, check=True)
        encode("profile.heic", "profile.png")
        subprocess.run(["avifenc", "--cicp", "12/13/6", "--min", "4", "--max", "8", "rgb.png", str(HERE / "p3.avif")],
                       cwd=folder, check=True)
        subprocess.run(["avifenc", "--cicp", "1/13/6", "--min", "4", "--max", "8", "--irot", "1", "--exif", "exif",
                        "rgb.png", str(HERE / "turned.avif")], cwd=folder, check=True)
        encode("two.heic", "rgb.png", "rgba.png", *srgb)


if __name__ == "__main__":
    main()
