#!/usr/bin/env python3
"""What `matte batch` and `rembg p` make of pictures that go wrong easily: a line each, with what lies in the folder afterwards.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install "rembg[cpu,cli]==2.0.86"
    /tmp/peers/bin/python Benchmarks/difficult.py ~/.u2net/u2netp.onnx

Both run U²-Net-p from the same file, which lies where rembg keeps it.
"""

import argparse
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).resolve().parent
PHOTOGRAPH = HERE.parent / "Tests" / "Scenes" / "shoe.jpg"
# rembg's own limits are not what is asked about, and we look at results that are large.
Image.MAX_IMAGE_PIXELS = None


def png(width: int, height: int, depth: int, color: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def sixteen_bits(image: Image.Image) -> bytes:
    samples = np.asarray(image, dtype=np.float64) * 257
    # A ramp below the step of 8 bits, so that it can be told what became of them.
    samples = np.clip(samples + np.linspace(0, 256, image.width)[None, :, None], 0, 65535).astype(">u2")
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    return png(image.width, image.height, 16, 2, zlib.compress(rows, 1))


def huge(side: int) -> bytes:
    """Black, of a few hundred kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    packed = b"".join(packer.compress(row * 256) for _ in range(side // 256))
    return png(side, side // 256 * 256, 1, 0, packed + packer.flush())


def write_inputs(folder: Path) -> None:
    image = Image.open(PHOTOGRAPH).convert("RGB")
    for name in ("a", "b"):
        (folder / name).mkdir(parents=True)
    photograph = PHOTOGRAPH.read_bytes()
    (folder / "truncated.jpg").write_bytes(photograph[: len(photograph) * 3 // 5])
    (folder / "sixteen-bits.png").write_bytes(sixteen_bits(image))
    image.convert("CMYK").save(folder / "cmyk.jpg", quality=92)
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    image.transpose(Image.Transpose.ROTATE_90).save(folder / "rotated.jpg", quality=92, exif=exif)
    image.save(folder / "a" / "same.jpg", quality=92)
    image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "a" / "same.png", compress_level=1)
    image.save(folder / "b" / "same.jpg", quality=92)
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("This is no picture.\n")
    (folder / "huge.png").write_bytes(huge(60_000))


def look(path: Path) -> str:
    if not path.exists():
        return "nothing"
    if path.stat().st_size == 0:
        return "an empty file"
    data = path.read_bytes()
    depth = data[24] if data[:4] == b"\x89PNG" else 8
    try:
        with Image.open(path) as image:
            text = f"{image.width}x{image.height} {image.format} {image.mode}, {depth} bits"
            exif = image.getexif()
            if 0x0112 in exif:
                text += f", orientation {exif[0x0112]}"
            if 0x8825 in exif:
                text += ", with its place"
            image.load()
            return text
    except Exception as error:
        return f"a file that is no picture: {error}"


def run(words: list[str], seconds: int = 900) -> tuple[int, str]:
    process = subprocess.run(words, capture_output=True, text=True, errors="replace", timeout=seconds)
    return process.returncode, process.stderr + process.stdout


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("--matte", default=".build/release/matte")
    parser.add_argument("--rembg", default=str(Path(sys.executable).with_name("rembg")))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        inputs = work / "in"
        write_inputs(inputs)
        names = sorted(path.relative_to(inputs) for path in inputs.rglob("*") if path.is_file())

        rules = work / "rules.yaml"
        rules.write_text('exports: {cutout: {format: png, name: "{folder}/{stem}_{channel}.{ext}"}}\notherwise: publish\n')
        status, said = run([options.matte, "batch", inputs, work / "ours", "--rules", rules, "--weights", options.weights])
        print(f"## matte batch, where two names would be one: status {status}\n{said}")
        rules.write_text('exports: {cutout: {format: png, name: "{id}.{ext}"}}\notherwise: publish\n')
        status, said = run([options.matte, "batch", inputs, work / "ours", "--rules", rules, "--weights", options.weights])
        print(f"## matte batch: status {status}\n{said}")
        for name in names:
            path = work / "ours" / "publish" / (str(name).replace("/", "-") + ".png")
            print(f"{name}: {look(path)}")

        status, said = run([options.rembg, "p", "-m", "u2netp", str(inputs), str(work / "theirs")])
        print(f"\n## rembg p: status {status}\n" + "\n".join(said.splitlines()[-12:]))
        print(*sorted(str(path.relative_to(work / "theirs")) for path in (work / "theirs").rglob("*") if path.is_file()))
        # All lie in one folder, and of those that share a name one is there.
        for name in names:
            print(f"{name}: {look(work / 'theirs' / (name.stem + '.png'))}")


main()
