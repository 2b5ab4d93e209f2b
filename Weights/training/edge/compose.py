"""Composites of subjects with exact alpha, and the coarse network's answer to each: what the edge network learns from.

    python -m edge.compose --subjects subjects/train renders/train --data DATA --coarse ../coarse.safetensors --out composites/train --count 3000

Writes `pictures.npy` (count, SIZE, SIZE, 4: RGB and alpha, bytes) and `coarse.npy` (count, side, side, 2: matte and doubt), whose
side is the coarse network's own.
The coarse network sees the picture as the library feeds it, so its blur, its gaps and its doubt are the real ones.
Without `--coarse` it writes `images/KIND/NNNN.png`, and `alphas` and `trimaps` of the same names, for `matte evaluate`.
"""

import argparse
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageFilter

from coarse.backdrops import Backdrops, painted
from coarse.dataset import degrade, jitter
from coarse.photos import is_held_out, read_pairs, read_unlabelled
from coarse.sampling import RNG, chance
from predict import DefaultNetwork

SIZE = 640
UNKNOWN_REACH = 10
# How many stand before a bright backdrop whose light reaches around their edges, and how many are a pale thing on pale ground or a
# dark one on dark.
BACKLIT, FAINT = 0.2, 0.25
KINDS = {"blurred": 0.25, "mosaic": 0.2, "painted": 0.2, "matched": 0.15, "toned": 0.2}


def mosaic(rng: RNG, backdrops: Backdrops, side: int) -> Image.Image:
    """A photograph at its own sharpness, mirrored until it fills the frame: what lies behind a subject is not always blurred."""
    tile = np.asarray(backdrops.photograph(rng, (side // 2, side // 2)))
    row = np.concatenate([tile, tile[:, ::-1]], 1)
    return Image.fromarray(np.concatenate([row, row[::-1]], 0)).resize((side, side))


def toned(rng: RNG, picture: Image.Image, solid: np.ndarray) -> Image.Image:
    """The picture in about the mean and the spread of the subject's colours: fur on wood, where colours tell nothing and texture does."""
    plane = np.asarray(picture, np.float32)
    spread = np.clip((solid.std(0) + 1) / (plane.std((0, 1)) + 1), 0.4, 2.5)
    alike = (plane - plane.mean((0, 1))) * spread + solid.mean(0) + rng.normal(0, 10, 3)
    return Image.fromarray(np.uint8(np.clip(plane + (alike - plane) * rng.uniform(0.6, 1), 0, 255)))


def faint(rng: RNG, subject: Image.Image) -> Image.Image:
    """The subject in almost one tone, near white or near black, with its shading left: a white shoe."""
    layer = np.asarray(subject, np.float32)
    tone = rng.uniform(215, 255) if chance(rng, 0.7) else rng.uniform(0, 30)
    layer = np.dstack([tone + (layer[..., :3] - tone) * rng.uniform(0.1, 0.6), layer[..., 3]])
    return Image.fromarray(np.uint8(layer + 0.5), "RGBA")


def backdrop(rng: RNG, kind: str, backdrops: Backdrops, subject: np.ndarray, side: int) -> Image.Image:
    solid = subject[subject[..., 3] > 200][:, :3]
    if kind == "matched" and len(solid):  # white on white, dark on dark
        return painted(rng, (side, side), solid.mean(0) + rng.normal(0, 14, 3))
    if kind == "blurred" or kind == "toned":
        picture = backdrops.photograph(rng, (side, side)) if chance(rng, 0.6) else backdrops.mask_free(rng, (side, side))
        if kind == "toned" and len(solid):
            picture = toned(rng, picture, solid)
        return picture.filter(ImageFilter.GaussianBlur(rng.uniform(0, 8))) if chance(rng, 0.5) else picture
    if kind == "mosaic":
        return mosaic(rng, backdrops, side)
    return painted(rng, (side, side), rng.uniform(0, 255, 3) if chance(rng, 0.5) else np.full(3, rng.uniform(150, 255)))


def cut_sides(alpha: np.ndarray) -> tuple[bool, bool, bool, bool]:
    """Whether the subject goes on beyond the left, upper, right and lower edge of its own picture."""
    return tuple(bool((edge > 128).mean() > 0.02) for edge in (alpha[:, 0], alpha[0], alpha[:, -1], alpha[-1]))


def along(rng: RNG, size: int, side: int, cut_first: bool, cut_last: bool) -> int:
    """Where the subject begins along one axis: what is cut off stays at the frame's edge."""
    if cut_first and cut_last:
        return (side - size) // 2
    return 0 if cut_first else side - size if cut_last else round(rng.random() * (side - size))


def placed(rng: RNG, subject: Image.Image, side: int, share: tuple[float, float]) -> Image.Image:
    """The subject somewhere in a square, its longer side a share of the frame's."""
    left, upper, right, lower = cut_sides(np.asarray(subject.getchannel("A")))
    scale = side / max(subject.size) * rng.uniform(*share)
    if (left and right) or (upper and lower):
        scale = side / min(subject.size)
    size = tuple(max(8, round(v * scale)) for v in subject.size)
    premultiplied = subject.convert("RGBa").resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC)
    frame = Image.new("RGBa", (side, side))
    frame.paste(premultiplied, (along(rng, size[0], side, left, right), along(rng, size[1], side, upper, lower)))
    return frame.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if chance(rng, 0.5) else frame


def over(frame: Image.Image, picture: np.ndarray) -> np.ndarray:
    layer = np.asarray(frame, np.float32)
    return layer[..., :3] + picture * (1 - layer[..., 3:] / 255)


def shadow(rng: RNG, picture: np.ndarray, frame: Image.Image) -> np.ndarray:
    """A soft shadow, which is not part of the alpha."""
    offset = rng.integers(-40, 41, 2)
    shade = Image.fromarray(np.roll(np.asarray(frame.getchannel("a")), offset, (0, 1))).filter(ImageFilter.GaussianBlur(rng.uniform(3, 30)))
    return picture * (1 - np.asarray(shade, np.float32)[..., None] / 255 * rng.uniform(0.1, 0.6))


def backlit(rng: RNG, frame: Image.Image, picture: np.ndarray) -> tuple[Image.Image, np.ndarray]:
    """The subject with the light of a brightened backdrop around its edges: the tips of fur before a window are as bright as the
    window, so that colours tell nothing of them."""
    bright = 255 * (picture / 255) ** rng.uniform(0.25, 0.7)
    light = np.asarray(Image.fromarray(np.uint8(bright)).filter(ImageFilter.GaussianBlur(rng.uniform(10, 40))), np.float32)
    layer = np.asarray(frame, np.float32)
    inside = np.asarray(frame.getchannel("a").filter(ImageFilter.GaussianBlur(rng.uniform(4, 28))), np.float32)[..., None] / 255
    rim = np.clip(1.6 * (1 - inside), 0, 1) * rng.uniform(0.4, 1)
    alpha = layer[..., 3:]
    lit = layer[..., :3] + (light * alpha / 255 - layer[..., :3]).clip(0) * rim
    return Image.fromarray(np.uint8(np.concatenate([lit, alpha], 2) + 0.5), "RGBa"), bright


def composite(rng: RNG, path: Path, others: list[Path], backdrops: Backdrops) -> np.ndarray:
    """RGB and alpha, (SIZE, SIZE, 4) bytes."""
    subject = Image.open(path).convert("RGBA")
    if chance(rng, 0.5):
        coloured = jitter(rng, subject.convert("RGB"), 0.7)
        coloured.putalpha(subject.getchannel("A"))
        subject = coloured
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    if others and chance(rng, FAINT):
        subject, kind = faint(rng, subject), "matched"
    picture = np.asarray(backdrop(rng, kind, backdrops, np.asarray(subject), SIZE), np.float32)
    if others and chance(rng, 0.2):  # something behind the subject that is sharp and is not the subject
        other = Image.open(others[rng.integers(len(others))]).convert("RGBA")
        layer = placed(rng, other, SIZE, (0.25, 0.7))
        if chance(rng, 0.5):
            layer = layer.filter(ImageFilter.GaussianBlur(rng.uniform(1, 8)))
        picture = over(layer, picture)
    frame = placed(rng, subject, SIZE, (0.6, 1.0))
    if others and chance(rng, BACKLIT):
        frame, picture = backlit(rng, frame, picture)
    elif chance(rng, 0.4):
        picture = shadow(rng, picture, frame)
    image = Image.fromarray(np.uint8(np.clip(over(frame, picture) + 0.5, 0, 255)))
    image = degrade(rng, jitter(rng, image, 0.6), blur=False)  # a blur of the picture would be one of the alpha too
    return np.concatenate([np.asarray(image), np.asarray(frame.getchannel("a"))[..., None]], 2)


def write_arrays(out: Path, network: DefaultNetwork, count: int, draw: Callable[[int], np.ndarray]) -> None:
    pictures = np.lib.format.open_memmap(out / "pictures.npy", "w+", np.uint8, (count, SIZE, SIZE, 4))
    side = network.long_side
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
