#!/usr/bin/env python3
"""Times closed-form matting beside pymatting's on the same pictures and trimaps, and compares the mattes.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install pymatting==1.1.16 numpy pillow
    /tmp/peers/bin/python Benchmarks/closed_form.py            the scenes of Tests/Scenes at half their size
    /tmp/peers/bin/python Benchmarks/closed_form.py --pictures FOLDER --mattes FOLDER --limit 27
    /tmp/peers/bin/python Benchmarks/closed_form.py --pictures /tmp/wide --limit 40      those of wide_trimaps.py

Trimaps are made of the true mattes: all that is neither 0 nor 1, and a wide band around it, is unknown. The engines take
turns on each picture, one warm-up first; pymatting computes on one thread. Only ratios of one run count; processor time
is what both are compared by, since it does not change when the machine is shared. Where pymatting's incomplete Cholesky
decomposition refuses, or its conjugate gradients have not converged after 1,000 iterations, the row says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import numpy as np  # noqa: E402, threads are counted when it is loaded
import pymatting  # noqa: E402
from PIL import Image, ImageFilter  # noqa: E402

REPOSITORY = Path(__file__).resolve().parent.parent
SCENES = REPOSITORY / "Tests" / "Scenes"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=Path, default=SCENES, help="folder of pictures (Tests/Scenes)")
    parser.add_argument("--mattes", type=Path, help="folder of their true mattes, of the same stems (the pictures' own, NAME.alpha.png)")
    parser.add_argument("--limit", type=int, default=27, help="pictures at most (27)")
    parser.add_argument("--pixels", type=float, default=0.45e6, help="pictures are shrunk to about this many pixels (450000)")
    parser.add_argument("--band", type=int, default=10, help="pixels by which the unknown band reaches beyond what is soft (10)")
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="our threads (1 2)")
    parser.add_argument("--rounds", type=int, default=3, help="timed runs of each (3)")
    parser.add_argument("--no-build", action="store_true", help="take the Swift release build as it is")
    parser.add_argument("--keep", type=Path, help="keep pictures, trimaps and mattes in this folder")
    return parser.parse_args()


def pairs(arguments: argparse.Namespace) -> list[tuple[Path, Path]]:
    found = []
    for picture in sorted(arguments.pictures.iterdir()):
        own = picture.parent / f"{picture.stem}.alpha.png"
        matte = arguments.mattes / f"{picture.stem}.png" if arguments.mattes else own
        if picture.suffix in (".jpg", ".jpeg", ".png") and matte.exists() and ".alpha" not in picture.name:
            found.append((picture, matte))
    return found[: arguments.limit]


def prepared(picture: Path, matte: Path, arguments: argparse.Namespace) -> tuple[Image.Image, Image.Image, np.ndarray]:
    """The picture and its trimap at the wanted size, and the true alpha."""
    image, truth = Image.open(picture).convert("RGB"), Image.open(matte)
    truth = truth.getchannel("A") if truth.mode in ("RGBA", "LA") else truth.convert("L")
    scale = min((arguments.pixels / (image.width * image.height)) ** 0.5, 1)
    size = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    image, truth = image.resize(size, Image.Resampling.BOX), truth.resize(size, Image.Resampling.BOX)
    width = 2 * arguments.band + 1
    greatest, least = truth.filter(ImageFilter.MaxFilter(width)), truth.filter(ImageFilter.MinFilter(width))
    trimap = np.where(np.asarray(greatest) < 6, 0, np.where(np.asarray(least) > 249, 255, 128)).astype(np.uint8)
    return image, Image.fromarray(trimap), np.asarray(truth) / 255.0


class Ours:
    """Our solver in a process of its own."""

    def __init__(self, binary: Path, folder: Path, threads: int) -> None:
        output = folder / f"ours-{threads}.f32"
        command = [binary, "solve", "--image", folder / "image.png", "--trimap", folder / "trimap.png"]
        command += ["--output", output, "--threads", str(threads)]
        self.process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.state = self.line()
        self.alpha = np.fromfile(output, np.float32)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def run(self) -> tuple[float, float]:
        assert self.process.stdin is not None
        self.process.stdin.write("run\n")
        self.process.stdin.flush()
        wall, processor = self.line().split()
        return float(wall), float(processor)

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def theirs(image: np.ndarray, trimap: np.ndarray) -> tuple[np.ndarray | None, float, float]:
    wall, processor = time.perf_counter(), time.process_time()
    try:
        alpha = pymatting.estimate_alpha_cf(image, trimap, cg_kwargs={"maxiter": 1000})
    except ValueError as error:
        print(f"  pymatting: {error}", file=sys.stderr)
        alpha = None
    return alpha, (time.perf_counter() - wall) * 1000, (time.process_time() - processor) * 1000


def main() -> None:
    arguments = parse_arguments()
    build = ["swift", "build", "-c", "release", "--product", "MattingBenchmarks"]
    if not arguments.no_build:
        subprocess.run(build, cwd=REPOSITORY, check=True, stdout=sys.stderr)
    where = subprocess.run([*build, "--show-bin-path"], cwd=REPOSITORY, check=True, text=True, stdout=subprocess.PIPE)
    binary = Path(where.stdout.strip()) / "MattingBenchmarks"
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, text=True, stdout=subprocess.PIPE).stdout.strip()
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())
    print(f"{model}, {os.cpu_count()} processors; commit {commit}; pymatting {pymatting.__version__}, Python {platform.python_version()}")
    threads = arguments.threads
    print("picture\tunknown\tpymatting ms\t" + "\t".join(f"ours ms, {n} threads" for n in threads) + "\tratios\tdifference\tin unknown\terror, theirs\tours")
    rows: list[dict[str, float]] = []
    for picture, matte in pairs(arguments):
        with tempfile.TemporaryDirectory() as temporary:
            folder = arguments.keep / picture.stem if arguments.keep else Path(temporary)
            folder.mkdir(parents=True, exist_ok=True)
            image, trimap, truth = prepared(picture, matte, arguments)
            image.save(folder / "image.png")
            trimap.save(folder / "trimap.png")
            unknown = np.asarray(trimap) == 128
            if not {0, 128, 255} <= set(np.unique(trimap)):
                # pymatting wants something known of both.
                continue
            colors, values = np.asarray(image) / 255.0, np.asarray(trimap) / 255.0
            values = np.where(unknown, 0.5, values)
            ours = [Ours(binary, folder, count) for count in threads]
            alpha, _, _ = theirs(colors, values)
            times: list[list[tuple[float, float]]] = [[] for _ in threads]
            peer: list[tuple[float, float]] = []
            for _ in range(arguments.rounds):
                if alpha is not None:
                    peer.append(theirs(colors, values)[1:])
                for index, engine in enumerate(ours):
                    times[index].append(engine.run())
            for engine in ours:
                engine.end()
            mine = ours[0].alpha.reshape(truth.shape)
            row = {"unknown": unknown.mean(), "ours error": np.abs(mine - truth)[unknown].mean()}
            row["ours error over all"] = np.abs(mine - truth).mean()
            for count, measured in zip(threads, times):
                row[f"wall {count}"] = statistics.median(wall for wall, _ in measured)
                row[f"processor {count}"] = statistics.median(processor for _, processor in measured)
            if alpha is not None:
                row["wall"] = statistics.median(wall for wall, _ in peer)
                row["processor"] = statistics.median(processor for _, processor in peer)
                row["difference"] = np.abs(mine - alpha).mean()
                row["difference in unknown"] = np.abs(mine - alpha)[unknown].mean()
                row["their error"] = np.abs(alpha - truth)[unknown].mean()
                row["their error over all"] = np.abs(alpha - truth).mean()
            if arguments.keep:
                Image.fromarray((mine * 255).round().astype(np.uint8)).save(folder / "ours.png")
                if alpha is not None:
                    Image.fromarray((alpha * 255).round().astype(np.uint8)).save(folder / "pymatting.png")
            rows.append(row)
            state = "" if ours[0].state == "ready" else f"\t{ours[0].state}"
            if alpha is None:
                state += "\trefused by pymatting"
            print(
                f"{picture.stem}\t{row['unknown']:.1%}\t{row.get('processor', float('nan')):.0f}\t"
                + "\t".join(f"{row[f'processor {count}']:.0f} (wall {row[f'wall {count}']:.0f})" for count in threads)
                + "\t"
                + " ".join(f"{row.get('processor', float('nan')) / row[f'processor {count}']:.1f}" for count in threads)
                + f"\t{row.get('difference', float('nan')):.4f}\t{row.get('difference in unknown', float('nan')):.4f}"
                + f"\t{row.get('their error', float('nan')):.4f}\t{row['ours error']:.4f}{state}",
                flush=True,
            )
    shared = [row for row in rows if "processor" in row]
    if not shared:
        raise SystemExit("no picture that both solve")

    def median(key: str) -> float:
        return statistics.median(row[key] for row in shared)

    print(f"\nmedians over {len(shared)} pictures that both solve (of {len(rows)}, which ours solves all):")
    print(f"  pymatting {median('processor'):.0f} ms of processor time, {median('wall'):.0f} ms wall")
    for count in threads:
        ratio = statistics.median(row["processor"] / row[f"processor {count}"] for row in shared)
        wall = statistics.median(row["wall"] / row[f"wall {count}"] for row in shared)
        print(
            f"  ours, {count} threads: {median(f'processor {count}'):.0f} ms, {median(f'wall {count}'):.0f} ms wall; {ratio:.1f} times and {wall:.1f} times faster"
        )
    print(
        f"  mean absolute difference {median('difference'):.4f}, at most {max(row['difference'] for row in shared):.4f}; in the unknown {median('difference in unknown'):.4f}"
    )
    print(f"  mean absolute error in the unknown: pymatting {median('their error'):.4f}, ours {median('ours error'):.4f}")
    for name, key in (("pymatting", "their error"), ("ours", "ours error")):
        means = statistics.fmean(row[key] for row in shared), statistics.fmean(row[f"{key} over all"] for row in shared)
        print(f"  mean of the pictures' mean errors, {name}: {means[0]:.4f} in the unknown, {means[1]:.4f} over the picture")


if __name__ == "__main__":
    main()
