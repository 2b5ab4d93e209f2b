#!/usr/bin/env python3
"""Reads files that the package wrote with other programs, and writes files for it to read, and compares every pixel.

check.py make FOLDER, then have the package write and read its files there, then check.py compare FOLDER.
"""

import pathlib
import shutil
import subprocess
import sys

import numpy
import tifffile
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Compression

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
        wanted = expected.astype(float)
        if part == "[0]" and colors == 1 and CHANNELS[model] == 2:
            # ImageMagick 6 leaves grey over white.
            share = alpha / (2 ** depth - 1)
            wanted[..., 0] = wanted[..., 0] * share + (2 ** depth - 1) * (1 - share)
            allowed = 1
        difference = numpy.abs(seen - wanted)
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


def foreign(folder):
    """Files that others wrote, by name: the pixels that they are, and how far ours may be from them."""
    generator = numpy.random.default_rng(5)
    y, x = numpy.mgrid[0:HEIGHT, 0:WIDTH]
    smooth = numpy.stack([x * 4, y * 5, (x + y) * 2, 255 - x * 4], axis=-1).astype("u1")
    wide = (smooth.astype("u2") * 257) ^ generator.integers(0, 64, smooth.shape, "u2")
    files = {}

    def tiff(name, pixels, allowed=0, expected=None, **options):
        tifffile.imwrite(folder / f"{name}.tif", pixels, **options)
        files[f"{name}.tif"] = (pixels if expected is None else expected, allowed)
    rgb, rgba = smooth[..., :3], smooth
    for method in ("lzw", "deflate", "packbits", "zstd", "lzma"):
        tiff(method, rgb, photometric="rgb", compression=method)
    tiff("predictor", wide[..., :3], photometric="rgb", compression="deflate", predictor=True)
    tiff("tiles", rgb, photometric="rgb", tile=(16, 32))
    tiff("big", wide[..., :3], photometric="rgb", bigtiff=True)
    tiff("big-endian", wide[..., :3], photometric="rgb", byteorder=">")
    tiff("big-big-endian", wide[..., 0], photometric="minisblack", byteorder=">", bigtiff=True)
    planes = numpy.moveaxis(rgb, -1, 0)
    tiff("planes", planes, expected=rgb, photometric="rgb", planarconfig="separate")
    tiff("jpeg", rgb, allowed=12, photometric="rgb", compression="jpeg")
    tiff("straight", wide, photometric="rgb", extrasamples=["unassalpha"])
    alpha = rgba[..., 3:].astype(int)
    multiplied = numpy.concatenate([(rgba[..., :3] * alpha + 127) // 255, alpha], axis=-1).astype("u1")
    # Divided again the colours have the steps that their alpha leaves.
    straight = numpy.concatenate(
        [numpy.where(alpha > 0, numpy.minimum((multiplied[..., :3].astype(int) * 255 + alpha // 2) // numpy.maximum(alpha, 1), 255), 0),
         alpha], axis=-1).astype("u1")
    tiff("multiplied", multiplied, expected=straight, photometric="rgb", extrasamples=["assocalpha"])
    tiff("pages", numpy.stack([rgb, rgb[::-1]]), expected=rgb, photometric="rgb")

    def pillow(name, picture, expected, allowed=0, **options):
        picture.save(folder / name, **options)
        files[name] = (numpy.asarray(expected), allowed)
    picture = Image.fromarray(rgb)
    palette = picture.quantize(64)
    pillow("palette.tif", palette, palette.convert("RGB"))
    bits = picture.convert("1")
    for method in ("group3", "group4", "packbits"):
        pillow(f"bits-{method}.tif", bits, numpy.asarray(bits).astype("u1") * 255, compression=method)
    inks = picture.convert("CMYK")
    product = (255 - numpy.asarray(inks).astype(int))
    pillow("inks.tif", inks, (product[..., :3] * product[..., 3:] + 127) // 255, 1)
    pillow("exact.webp", Image.fromarray(rgba), rgba, lossless=True, exact=True)
    for name, source in (("lossy.webp", picture), ("alpha.webp", Image.fromarray(rgba))):
        source.save(folder / name, quality=70)
        files[name] = (numpy.asarray(Image.open(folder / name)), 0)
    picture.save(folder / "moving.webp", save_all=True, append_images=[picture.rotate(90)], lossless=True, duration=50)
    files["moving.webp"] = (rgb, 0)
    for name, source in (("plain.avif", picture), ("alpha.avif", Image.fromarray(rgba))):
        source.save(folder / name, quality=90, subsampling="4:4:4")
        files[name] = (numpy.asarray(Image.open(folder / name)), 1)
    files |= subjects(folder, generator)
    return files


def subjects(folder, generator):
    """Layers "Subject" that reach over the canvas, each with a mask somewhere else, and the mattes that they are."""
    files = {}
    for mode in ("RGB", "L"):
        for depth in (8, 16):
            for compression in Compression:
                psd = PSDImage.new(mode, (WIDTH, HEIGHT), depth=depth)
                picture = Image.new("RGB" if mode == "RGB" else "L", (40, 30), 77)
                psd.create_pixel_layer(picture, name="Other", compression=compression)
                layer = psd.create_pixel_layer(picture, name="Subject", top=-4, left=30, compression=compression)
                mask = generator.integers(0, 256, (20, 25), "u1")
                if layer.has_mask():
                    layer.remove_mask()
                layer.create_mask(Image.fromarray(mask), top=3, left=25, compression=compression)
                name = f"subject-{mode}-{depth}-{compression.name}.psd"
                psd.save(folder / name)
                expected = numpy.zeros((HEIGHT, WIDTH), "u2")
                # Of the mask's 25 columns 20 lie on the layer.
                expected[3:23, 30:50] = mask[:, 5:] .astype("u2") * (1 if depth == 8 else 257)
                files[name] = (expected, 0)
    return files


def check_foreign(folder, files):
    for name, (expected, allowed) in files.items():
        path = folder / f"{name}.ours"
        if not path.exists():
            print(f"{name} was not read: build with its trait")
            continue
        head, data = path.read_bytes().split(b"\n", 1)
        width, height, channels, bits = map(int, head.split()[:4])
        pixels = numpy.frombuffer(data, "u1" if bits == 8 else "u2").reshape(height, width, channels)
        expected = expected.reshape(height, width, -1)
        expect(pixels.shape == expected.shape, f"{name}: {pixels.shape} instead of {expected.shape}")
        difference = numpy.abs(pixels.astype(int) - expected).max()
        expect(difference <= allowed, f"{name} differs by {difference}")


def main():
    verb, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    others = folder / "foreign"
    others.mkdir(exist_ok=True)
    files = foreign(others)
    if verb == "make":
        return
    check_foreign(others, files)
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
