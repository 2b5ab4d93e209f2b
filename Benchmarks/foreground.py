#!/usr/bin/env python3
"""Foreground colours beside PyMatting's, which come of the same method: agreement and time.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install pymatting==1.1.16 pillow
    /tmp/peers/bin/python Benchmarks/foreground.py                       the rendered scenes, and one at 4 megapixels
    /tmp/peers/bin/python Benchmarks/foreground.py PICTURE MATTE ...     other pairs
    /tmp/peers/bin/python Benchmarks/foreground.py --folder /tmp/wide    pairs NAME.png, NAME.alpha.png, as of wide_trimaps.py

Both get the same picture and matte, as stored. They take turns within a round; ours runs in a process of its own, which
waits meanwhile. Its time has what PyMatting's has not: from samples of 8 bits and back. Agreement is the mean absolute
difference in soft pixels, weighted by alpha, beside that of the picture itself: neither sweeps the pixels in the other's order.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image
from pymatting import estimate_foreground_ml

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from peers import environment, report  # noqa: E402


def pairs(names: list[str], folder: Path) -> list[tuple[Path, Path]]:
    if names:
        return list(zip(map(Path, names[::2]), map(Path, names[1::2])))
    scenes = HERE.parent / "Tests" / "Scenes"
    found = [(scenes / f"{name}.jpg", scenes / f"{name}.alpha.png") for name in ["head", "plush", "bottle", "shoe"]]
    large = []
    for name, path in zip(["4mp.png", "4mp.alpha.png"], found[0]):
        picture = Image.open(path)
        scale = (4e6 / (picture.width * picture.height)) ** 0.5
        picture.resize((round(picture.width * scale), round(picture.height * scale))).save(folder / name)
        large.append(folder / name)
    return found + [(large[0], large[1])]


class Ours:
    """The benchmark's process: a line in, wall and processor milliseconds out."""

    def __init__(self, binary: Path, picture: Path, matte: Path, output: Path):
        command = [str(binary), "foreground", "--image", str(picture), "--alpha", str(matte), "--output", str(output)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise SystemExit("the Swift benchmark has no answer; its reason is above")

    def run(self) -> tuple[float, float]:
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        wall, processor = self.process.stdout.readline().split()
        return float(wall), float(processor)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def timed(call) -> tuple[float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    call()
    return (time.perf_counter() - wall) * 1e3, (time.process_time() - processor) * 1e3


def difference(theirs: np.ndarray, soft: np.ndarray, weights: np.ndarray, other: np.ndarray) -> float:
    """The mean difference of colours in soft pixels, weighted by alpha."""
    return float((np.abs(other - theirs)[soft] * weights).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", nargs="*", help="pictures and mattes in turn")
    parser.add_argument("--folder", type=Path, help="of pictures NAME.png with NAME.alpha.png")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--no-build", action="store_true")
    arguments = parser.parse_args()
    if arguments.folder:
        mattes = sorted(arguments.folder.glob("*.alpha.png"))
        arguments.pairs += [str(path) for matte in mattes for path in (matte.with_name(matte.name.replace(".alpha", "")), matte)]
    if len(arguments.pairs) % 2:
        parser.error("every picture wants its matte behind it")
    binary = environment.build_ours(not arguments.no_build)
    machine = report.Machine.now()
    print(f"{machine.date}, {machine.processor}, {machine.cores} processors, load {machine.load} before the run, commit {machine.commit};")
    print(f"medians of {arguments.rounds} rounds in turn, milliseconds of wall and of processor time\n")
    print("| picture | megapixels | soft | ours wall | ours processor | pymatting wall | pymatting processor | processor ratio | difference | of the picture |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    found: list[tuple[float, ...]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for picture, matte in pairs(arguments.pairs, folder):
            output = folder / "ours.png"
            ours = Ours(binary, picture, matte, output)
            image = np.asarray(Image.open(picture).convert("RGB"), np.float32) / np.float32(255)
            alpha = np.asarray(Image.open(matte).convert("L"), np.float32) / np.float32(255)
            theirs = estimate_foreground_ml(image, alpha)
            rounds = [(ours.run(), timed(partial(estimate_foreground_ml, image, alpha))) for _ in range(arguments.rounds)]
            ours.end()
            (wall, processor), (their_wall, their_processor) = [[statistics.median(values) for values in zip(*side)] for side in zip(*rounds)]
            ratio = statistics.median(b[1] / a[1] for a, b in rounds)
            soft = (alpha > 0) & (alpha < 1)
            weights = alpha[soft][:, None]

            apart = partial(difference, theirs, soft, weights)
            mine = np.asarray(Image.open(output).convert("RGB"), np.float32) / np.float32(255)
            found.append((wall, processor, their_wall, their_processor, ratio, apart(mine), apart(image)))
            print(
                f"| {picture.name} | {alpha.size / 1e6:.1f} | {soft.mean():.3f} | {wall:.1f} | {processor:.1f} | {their_wall:.0f} "
                f"| {their_processor:.0f} | {ratio:.1f} | {apart(mine):.4f} | {apart(image):.4f} |",
                flush=True,
            )
    middle = [statistics.median(values) for values in zip(*found)]
    print("| *median* | | | {:.1f} | {:.1f} | {:.0f} | {:.0f} | {:.1f} | {:.4f} | {:.4f} |".format(*middle))


if __name__ == "__main__":
    main()
