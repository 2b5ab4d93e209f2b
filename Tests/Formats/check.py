#!/usr/bin/env python3
"""Reads files that the package wrote with other programs and compares every pixel: check.py FOLDER."""

import pathlib
import shutil
import subprocess
import sys

import numpy
import tifffile
from PIL import Image
from psd_tools import PSDImage

WIDTH, HEIGHT = 61, 47
CHANNELS = {"gray": 1, "grayAlpha": 2, "rgb": 3, "rgba": 4}
checks = 0


def expect(condition, what):
    global checks
    checks += 1
    if not condition:
        sys.exit(f"wrong: {what}")


def raw(folder, model, depth):
    kind = "u1" if depth == 8 else "<u2"
    return numpy.fromfile(folder / f"{model}-{depth}.raw", kind).reshape(HEIGHT, WIDTH, CHANNELS[model])


def magick(path, depth, channels):
    """The pixels of a picture as ImageMagick sees them."""
    names = {1: "gray", 2: "graya", 3: "rgb", 4: "rgba"}
    data = subprocess.run(
        ["convert", str(path), "-endian", "LSB", "-depth", str(depth), f"{names[channels]}:-"], check=True,
        capture_output=True).stdout
    return numpy.frombuffer(data, "u1" if depth == 8 else "<u2")


def program(name, *arguments):
    """The output of a program, or None where it is not there. What it says of damage is an error."""
    if not shutil.which(name):
        return None
    result = subprocess.run([name, *map(str, arguments)], capture_output=True, text=True)
    expect(result.returncode == 0, f"{name} {arguments}: {result.stderr}")
    return result.stdout + result.stderr


def check_tiff(folder, model, depth, compression):
    path = folder / f"{model}-{depth}-{compression}.tif"
    expected = raw(folder, model, depth)
    with tifffile.TiffFile(path) as file:
        page = file.pages[0]
        expect(numpy.array_equal(page.asarray().reshape(expected.shape), expected), f"{path} in tifffile")
        expect(page.tags["Copyright"].value == "(c) Ann", f"{path}: copyright")
        expect(page.tags["XResolution"].value == (300, 1), f"{path}: resolution")
        expect(page.tags["ExifTag"].value["ISOSpeedRatings"] == 400, f"{path}: EXIF")
        expect(len(page.tags["InterColorProfile"].value) > 100, f"{path}: profile")
    if depth == 8 or model in ("gray", ):
        # Pillow has no modes for colours of 16 bits.
        expect(numpy.array_equal(numpy.asarray(Image.open(path)).reshape(expected.shape), expected), f"{path} in Pillow")
    seen = magick(path, depth, CHANNELS[model])
    expect(numpy.array_equal(seen, expected.ravel()), f"{path} in ImageMagick")
    text = program("tiffinfo", "-D", path)
    if text:
        expect("Warning" not in text and "rror" not in text, f"{path} in tiffinfo: {text}")


def check_webp(folder, model):
    expected = raw(folder, model, 8)
    if CHANNELS[model] < 3:
        color = numpy.repeat(expected[..., :1], 3, axis=-1)
        expected = numpy.concatenate([color, expected[..., 1:]], axis=-1)
    for kind in ("lossless", "lossy"):
        path = folder / f"{model}-8-{kind}.webp"
        if not path.exists():
            return
        picture = Image.open(path)
        pixels = numpy.asarray(picture)
        expect(pixels.shape == expected.shape, f"{path}: {pixels.shape}")
        expect(picture.getexif()[0x8298] == "(c) Ann", f"{path}: copyright")
        # A profile for grey does not describe the colours that WebP makes of it.
        expect(("icc_profile" in picture.info) == (CHANNELS[model] >= 3), f"{path}: profile")
        if kind == "lossless":
            expect(numpy.array_equal(pixels, expected), f"{path} in Pillow")
        else:
            if pixels.shape[-1] == 4:
                expect(numpy.array_equal(pixels[..., 3], expected[..., 3]), f"{path}: alpha")
            visible = expected[..., -1] > 0 if pixels.shape[-1] == 4 else numpy.ones(pixels.shape[:2], bool)
            error = numpy.abs(pixels[..., :3].astype(int) - expected[..., :3])[visible].mean()
            expect(error < 4, f"{path} differs by {error}")
        text = program("webpinfo", path)
        if text:
            expect("No error detected" in text, f"{path} in webpinfo: {text}")


def planes(layer):
    """Channels of a layer by Photoshop's numbers, as psd-tools decodes them."""
    found = {}
    record, data = layer._record, layer._channels
    for info, channel in zip(record.channel_info, data):
        is_mask = info.id == -2
        width = record.mask_data.width if is_mask else layer.width
        height = record.mask_data.height if is_mask else layer.height
        depth, version = layer._psd.depth, layer._psd.version
        values = numpy.frombuffer(channel.get_data(width, height, depth, version), "u1" if depth == 8 else ">u2")
        found[int(info.id)] = values.reshape(height, width)
    return found


def check_photoshop(folder, model, depth, ending):
    path = folder / f"{model}-{depth}.{ending}"
    expected = raw(folder, model, depth)
    psd = PSDImage.open(path)
    expect((psd.width, psd.height, psd.depth, len(psd)) == (WIDTH, HEIGHT, depth, 1), f"{path}: header")
    found = planes(psd[0])
    colors = 1 if CHANNELS[model] < 3 else 3
    for channel in range(colors):
        expect(numpy.array_equal(found[channel], expected[..., channel]), f"{path}: channel {channel}")
    alpha = expected[..., -1] if CHANNELS[model] % 2 == 0 else numpy.full((HEIGHT, WIDTH), 2 ** depth - 1)
    expect(numpy.array_equal(found[-1], alpha), f"{path}: alpha")
    # The layer, and the whole without its layers.
    for part in ("[1]", "[0]"):
        seen = magick(f"{path}{part}", depth, CHANNELS[model]).reshape(expected.shape).astype(int)
        visible = alpha > 0
        # Of the whole the colours were laid over white and are taken off it again: the fainter, the coarser.
        allowed = 0 if part == "[1]" else 2 + (2 ** depth - 1) / numpy.maximum(alpha, 1)[..., None]
        difference = numpy.abs(seen - expected)
        expect((difference <= allowed)[visible].all(), f"{path}{part} in ImageMagick: {difference[visible].max()}")
    return psd


def check_layers(folder, depth, ending):
    path = folder / f"layers-{depth}.{ending}"
    psd = PSDImage.open(path)
    expect([layer.name for layer in psd] == ["Original", "Shadow", "Ausschnitt ✂"], f"{path}: names")
    expect([layer.visible for layer in psd] == [False, True, True], f"{path}: visibility")
    expect([layer.blend_mode.name for layer in psd] == ["NORMAL", "MULTIPLY", "NORMAL"], f"{path}: blending")
    expect([layer.opacity for layer in psd] == [255, 128, 255], f"{path}: opacity")
    expect((psd[1].left, psd[1].top) == (7, -5), f"{path}: places")
    expect([layer.has_mask() for layer in psd] == [False, False, True], f"{path}: masks")
    expect(numpy.array_equal(planes(psd[2])[-2], raw(folder, "rgba", depth)[..., 3]), f"{path}: the mask")
    kinds = {int(key) for key in psd.image_resources}
    expect({1005, 1039, 1058} <= kinds, f"{path}: resources {kinds}")
    # What psd-tools makes of the layers is what the file says that they make.
    whole = numpy.asarray(psd.topil().convert("RGBA")).astype(int)
    ours = numpy.asarray(psd.composite(force=True).convert("RGBA")).astype(int)
    visible = ours[..., 3] > 40
    expect(numpy.abs(whole[..., 3] - ours[..., 3]).max() <= 2, f"{path}: alpha of the whole")
    difference = numpy.abs(whole - ours)[visible].max()
    expect(difference <= 8, f"{path}: the whole differs by {difference}")
    text = program("exiftool", "-Copyright", "-ISO", "-XResolution", path)
    if text:
        expect("(c) Ann" in text and "400" in text and "300" in text, f"{path} in exiftool: {text}")


def main():
    folder = pathlib.Path(sys.argv[1])
    for model in CHANNELS:
        for depth in (8, 16):
            for compression in ("deflate", "lzw", "none"):
                check_tiff(folder, model, depth, compression)
            for ending in ("psd", "psb"):
                check_photoshop(folder, model, depth, ending)
        check_webp(folder, model)
    for depth in (8, 16):
        for ending in ("psd", "psb"):
            check_layers(folder, depth, ending)
    print(f"{checks} comparisons with other programs' eyes: all as written")


if __name__ == "__main__":
    main()
