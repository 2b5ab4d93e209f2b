"""Lays out the collected pictures as the training reads them, with a teacher's masks weighed by how far they are to be believed.

    python -m coarse.layout --source COLLECTED --out DATA

`COLLECTED` is the folder of README's section on data, where the full U²-Net's masks lie beside U²-Net-p's. `DATA` gets links to its
folders and `teacher/SOURCE/NAME.png`, two bands each: the mask, and its trust. Every file that an index names must be there, and
no photograph in training and validation at once. Run again, it makes the same.
"""

import argparse
from collections import Counter
from pathlib import Path

import numpy as np
from PIL import Image

from coarse.photos import sureness

FOLDERS = ("pairs", "unlabelled", "cutouts", "backgrounds")
# Labels of U²-Net are its mean over a picture and its mirror image; of a picture whose two halves of that mean overlap (IoU) by less than the
# first number nothing is believed, by more than the second all of it.
MIRROR_AGREEMENT = (0.8, 0.95)
# Where the teachers differ by less than the first number they agree, by more than the second nothing is believed.
TEACHER_DIFFERENCE = (0.2, 0.6)


def rising(value: np.ndarray | float, low: float, high: float) -> np.ndarray:
    return np.clip((np.asarray(value, np.float32) - low) / (high - low), 0, 1)


def trust(teacher: np.ndarray, second: np.ndarray, mirror_iou: float) -> np.ndarray:
    """Weight of each pixel of the teacher's mask, 0 to 1, by its own sureness, the second teacher, and the mirrored picture."""
    low, high = TEACHER_DIFFERENCE
    return sureness(teacher) * (1 - rising(np.abs(teacher - second), low, high)) * rising(mirror_iou, *MIRROR_AGREEMENT)


def read_table(path: Path) -> list[dict[str, str]]:
    header, *rows = (line.split("\t") for line in path.read_text().splitlines())
    return [dict(zip(header, row, strict=True)) for row in rows]


def plane(path: Path, size: tuple[int, int]) -> np.ndarray:
    return np.asarray(Image.open(path).convert("L").resize(size, Image.Resampling.BILINEAR), np.float32) / 255


def missing_files(data: Path) -> list[Path]:
    """Files that an index names and that are not there."""
    named = []
    for row in read_table(data / "pairs/index.tsv"):
        named += [data / "pairs" / row["source"] / f"{row['name']}{end}" for end in (".webp", ".png")]
    for row in read_table(data / "unlabelled/index-u2net.tsv"):
        named += [data / "unlabelled" / row["source"] / f"{row['name']}{end}" for end in (".webp", ".teacher.png", ".u2net.png")]
    return [path for path in named if not path.exists()]


def shared_groups(data: Path) -> set[tuple[str, str]]:
    """Photographs (source and group; copies of one share it) with copies in both splits."""
    splits: dict[tuple[str, str], set[str]] = {}
    for row in read_table(data / "pairs/index.tsv"):
        splits.setdefault((row["source"], row["group"]), set()).add(row["split"])
    return {group for group, its_splits in splits.items() if len(its_splits) > 1}


def write_teacher(data: Path, out: Path) -> Counter[str]:
    """Writes all masks of the teacher; the number of those believed in most of their area, by source."""
    believed: Counter[str] = Counter()
    for row in read_table(data / "unlabelled/index-u2net.tsv"):
        stem = data / "unlabelled" / row["source"] / row["name"]
        size = Image.open(f"{stem}.webp").size
        teacher, second = (plane(Path(f"{stem}.{name}.png"), size) for name in ("u2net", "teacher"))
        weight = trust(teacher, second, float(row["mirror_iou"]))
        path = out / row["source"] / f"{row['name']}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.uint8(255 * np.stack([teacher, weight], -1) + 0.5), "LA").save(path)
        believed[row["source"]] += bool(weight.mean() > 0.5)
    return believed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    absent = missing_files(arguments.source)
    if absent:
        raise SystemExit(f"{len(absent)} files are missing, the first of them {absent[0]}")
    if shared := shared_groups(arguments.source):
        raise SystemExit(f"in both splits: {sorted(shared)}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in FOLDERS:
        link = arguments.out / name
        if link.is_symlink():
            link.unlink()
        link.symlink_to((arguments.source / name).resolve(), target_is_directory=True)
    believed = write_teacher(arguments.out, arguments.out / "teacher")
    totals = Counter(row["source"] for row in read_table(arguments.out / "unlabelled/index-u2net.tsv"))
    for source, total in sorted(totals.items()):
        print(f"{source}: {believed[source]} of {total} masks believed in most of their area")


if __name__ == "__main__":
    main()
