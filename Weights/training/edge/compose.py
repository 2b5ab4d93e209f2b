"""Composites of subjects with exact alpha, and the coarse network's answer to each: what the edge network learns from.

    python -m edge.compose --subjects subjects/train renders/train --data DATA --coarse ../coarse.safetensors --out composites/train --count 3000

Writes `pictures.npy` (count, USUAL_SIDE, USUAL_SIDE, 4: RGB and alpha, bytes) and `coarse.npy` (count, side, side, 2: matte and
doubt), whose side is the coarse network's own.
The coarse network sees the picture as the library feeds it, so its blur, its gaps and its doubt are the real ones.
Without `--coarse` it writes `images/KIND/NNNN.png`, and `alphas` and `trimaps` of the same names, for `matte evaluate`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter

from coarse.appearance import degrade, jitter
from coarse.backdrops import Backdrops
from coarse.composites import USUAL_SIDE, staged
from coarse.photos import is_held_out, read_pairs, read_unlabelled
from coarse.sampling import RNG
from predict import DefaultNetwork

UNKNOWN_REACH = 10


def composite(rng: RNG, path: Path, others: list[Path], backdrops: Backdrops) -> np.ndarray:
    """RGB and alpha, (USUAL_SIDE, USUAL_SIDE, 4) bytes."""
    image, alpha = staged(rng, Image.open(path).convert("RGBA"), others, backdrops)
    image = degrade(rng, jitter(rng, image, 0.6), blur=False)  # a blur of the picture would be one of the alpha too
    return np.concatenate([np.asarray(image), np.asarray(alpha)[..., None]], 2)


def write_arrays(out: Path, network: DefaultNetwork, count: int, draw: Callable[[int], np.ndarray]) -> None:
    pictures = np.lib.format.open_memmap(out / "pictures.npy", "w+", np.uint8, (count, USUAL_SIDE, USUAL_SIDE, 4))
    side = network.side
    coarse = np.lib.format.open_memmap(out / "coarse.npy", "w+", np.uint8, (count, side, side, 2))
    for index in range(count):
        pictures[index] = draw(index)
        coarse[index] = np.uint8(255 * network.raw(Image.fromarray(pictures[index, ..., :3])) + 0.5)


def trimap(alpha: Image.Image) -> Image.Image:
    """Unknown (128) within UNKNOWN_REACH pixels of anything that is neither subject nor background, or of where they meet."""
    size = 2 * UNKNOWN_REACH + 1
    low, high = (np.asarray(alpha.filter(extreme(size))) for extreme in (ImageFilter.MinFilter, ImageFilter.MaxFilter))
    return Image.fromarray(np.where(low > 250, 255, np.where(high < 5, 0, 128)).astype(np.uint8))


def write_files(out: Path, count: int, subjects: list[Path], draw: Callable[[int], np.ndarray]) -> None:
    for index in range(count):
        kind = subjects[index % len(subjects)].stem.split("-")[0]
        picture = draw(index)
        image, alpha = (Image.fromarray(np.ascontiguousarray(planes)) for planes in (picture[..., :3], picture[..., 3]))
        for folder, plane in (("images", image), ("alphas", alpha), ("trimaps", trimap(alpha))):
            path = out / folder / kind / f"{index:04}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            plane.save(path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--subjects", type=Path, nargs="+", required=True, help="folders of RGBA pictures")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--split", default="train", help="which photographs the backdrops come from")
    parser.add_argument("--coarse", type=Path, help="an exported weight file; without one, files are written")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    subjects = sorted(path for folder in arguments.subjects for path in [*folder.rglob("*.png"), *folder.rglob("*.webp")])
    scenes = sorted((arguments.data / "backgrounds").rglob("*.webp")) + read_unlabelled(arguments.data)[2]
    held_out = arguments.split != "train"
    backdrops = Backdrops([path for path in scenes if is_held_out(path) == held_out], read_pairs(arguments.data, arguments.split))

    def draw(index: int) -> np.ndarray:
        rng = np.random.default_rng((arguments.seed, index))
        # To measure, every subject in turn, and nothing beside it that might be taken for it.
        if not arguments.coarse:
            return composite(rng, subjects[index % len(subjects)], [], backdrops)
        return composite(rng, subjects[rng.integers(len(subjects))], subjects, backdrops)

    if arguments.coarse:
        write_arrays(arguments.out, DefaultNetwork(arguments.coarse), arguments.count, draw)
    else:
        write_files(arguments.out, arguments.count, subjects, draw)
    print(f"{arguments.count} composites of {len(subjects)} subjects")


if __name__ == "__main__":
    main()
