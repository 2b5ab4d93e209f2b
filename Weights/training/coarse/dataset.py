"""Training pictures: photographs with masks, photographs with a teacher's masks, composites with exact alpha, empty pictures.

Everything is drawn from a generator seeded by (seed, batch number), so a batch depends on nothing but its number.
"""

import io
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter
from torch import Tensor
from torch.utils.data import Dataset

RNG = np.random.Generator

# Shares of a batch.
TEACHER, PAIR, COMPOSITE, EMPTY = 0.16, 0.51, 0.20, 0.13

# Pairs drawn more often than the root of their number: animals, hands and cables were still misjudged in training pictures themselves.
FAVOUR = {"endangered-animals": 1.6, "feral-cats": 1.6, "people-ccp": 1.4, "iot-boards": 1.4}

# Height and width of a batch in multiples of the training size: about the same area, the aspects of common pictures.
SHAPES = [(1, 1), (1, 1), (0.875, 1.125), (1.125, 0.875), (0.875, 1.25), (1.25, 0.875)]

# Pairs whose masks are good enough to be cut out and pasted elsewhere.
SUBJECT_SOURCES = {"clothing-cc0-pseudo", "iot-boards", "people-ccp", "endangered-animals"}

# Pictures filed as scenes although they show someone.
INHABITED_SCENES = {
    *(f"amenity-roboflow/{name}" for name in ("0023", "0048", "0049", "0087", "0089")),
    *(f"cid22/{name}" for name in ("0030", "0137")),
    *(f"clic2025/{name}" for name in ("0004", "0011", "0025", "0032")),
}

# The teacher often takes the yellow centre of a daisy for the whole flower.
MISUNDERSTOOD = {"flower-daisy"}

# One unlabelled photograph in HELD_OUT is never trained on, nor is one cut-out in HELD_OUT.
HELD_OUT = 16

# A hand-drawn or pseudo edge is right to a few pixels only. On average it is right: at 0 mattes came out a pixel wider than masks.
EDGE_TRUST = 77

# A photograph is left out where its teachers do not agree on more than this share of it.
LARGEST_DISAGREEMENT = 0.25


@dataclass(frozen=True)
class Photo:
    """A photograph and its mask. `soft` masks come from a teacher, others are binary; a teacher's second band is its trust."""

    image: Path
    mask: Path
    group: str
    soft: bool = False
    doubt: float = 0.0


@dataclass
class Sample:
    """A picture, its alpha, and where that alpha is to be believed (0 to 255)."""

    image: Image.Image
    alpha: Image.Image
    trust: Image.Image


# Indices


def read_pairs(data: Path, split: str) -> list[Photo]:
    rows = [line.split("\t") for line in (data / "pairs/index.tsv").read_text().splitlines()[1:]]
    folder = data / "pairs"
    return [
        Photo(folder / source / f"{name}.webp", folder / source / f"{name}.png", source)
        for source, name, _, _, its_split in rows
        if its_split == split
    ]


def read_unlabelled_index(data: Path) -> list[tuple[str, str]]:
    """Source and name of every unlabelled photograph."""
    rows = (data / "unlabelled/index.tsv").read_text().splitlines()[1:]
    return [tuple(row.split("\t")[:2]) for row in rows]


def read_unlabelled(data: Path, teacher: Path | None = None) -> tuple[list[Photo], list[Photo], list[Path]]:
    """Photographs whose teacher is sure (to train on, held out), and scenes in which it found little or nothing.

    Without the folder of a `teacher` of our own the masks are U²-Net-p's.
    """
    train, held_out, scenes = [], [], []
    for line in (data / "unlabelled/index.tsv").read_text().splitlines()[1:]:
        source, name, category, maximum, unsure, area = line.split("\t")
        folder = data / "unlabelled" / source
        photo = Photo(folder / f"{name}.webp", folder / f"{name}.teacher.png", f"{source}/{category}", True, float(unsure))
        if "scene" in category:
            if float(area) < 0.1 and f"{source}/{name}" not in INHABITED_SCENES:
                scenes.append(photo.image)
            continue
        if category in MISUNDERSTOOD:
            continue
        sure = float(maximum) > 0.8 and float(unsure) < 0.12
        if int(name) % HELD_OUT == 0:
            if sure:
                held_out.append(photo)
        elif teacher:
            mask = teacher / source / f"{name}.png"
            doubt = 1 - float(np.asarray(Image.open(mask).getchannel("A"), np.float32).mean()) / 255
            if doubt < LARGEST_DISAGREEMENT:
                train.append(Photo(photo.image, mask, photo.group, True, doubt))
        elif sure:
            train.append(photo)
    return train, held_out, scenes


def is_held_out(backdrop: Path) -> bool:
    """Whether a picture without a subject is kept for measuring."""
    return int(backdrop.stem) % HELD_OUT == 0


def read_cutouts(data: Path) -> tuple[list[Path], list[Path]]:
    files = sorted((data / "cutouts").rglob("*.webp"))
    return [f for i, f in enumerate(files) if i % HELD_OUT], files[::HELD_OUT]


def balance(groups: list[str]) -> np.ndarray:
    """Cumulative probabilities under which a group of n members is drawn in proportion to the root of n, and to FAVOUR."""
    _, index, counts = np.unique(groups, return_inverse=True, return_counts=True)
    weights = np.array([FAVOUR.get(group, 1.0) for group in groups]) / np.sqrt(counts[index])
    return np.cumsum(weights / weights.sum())


# Geometry


def chance(rng: RNG, probability: float) -> bool:
    return rng.random() < probability


def crop_box(rng: RNG, image: Image.Image, shape: tuple[int, int], smallest: float) -> tuple[float, float, float, float]:
    """A random part of the picture with about the aspect of `shape`; sometimes all of it."""
    width, height = image.size
    if chance(rng, 0.5):
        return (0, 0, width, height)
    aspect = shape[1] / shape[0] * math.exp(rng.uniform(-0.25, 0.25))
    scale = rng.uniform(smallest, 1)
    w, h = (width, width / aspect) if width / height < aspect else (height * aspect, height)
    w, h = w * scale, h * scale
    x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
    return (x, y, x + w, y + h)


def resize(image: Image.Image, shape: tuple[int, int], box: tuple[float, float, float, float] | None = None) -> Image.Image:
    return image.resize((shape[1], shape[0]), Image.Resampling.BILINEAR, box)


def brightness(mask: Image.Image) -> float:
    return float(np.asarray(mask.getchannel("L"), np.float32).mean())


def subject_crop(rng: RNG, photo: Photo, shape: tuple[int, int]) -> tuple[Image.Image, Image.Image]:
    """Photograph and mask, cropped so that at least a third of the subject stays in the picture."""
    image, mask = Image.open(photo.image).convert("RGB"), Image.open(photo.mask)
    mask = mask if mask.mode == "LA" else mask.convert("L")
    whole = brightness(mask) * mask.width * mask.height
    across, down = mask.width / image.width, mask.height / image.height
    for _ in range(4):
        box = crop_box(rng, image, shape, 0.55)
        mask_box = (box[0] * across, box[1] * down, box[2] * across, box[3] * down)
        alpha = resize(mask, shape, mask_box)
        area = (mask_box[2] - mask_box[0]) * (mask_box[3] - mask_box[1])
        if brightness(alpha) * area > whole / 3:
            return resize(image, shape, box), alpha
    return resize(image, shape), resize(mask, shape)


# The four kinds of picture


def photograph(rng: RNG, photo: Photo, shape: tuple[int, int]) -> Sample:
    image, alpha = subject_crop(rng, photo, shape)
    if alpha.mode == "LA":
        alpha, trust = alpha.split()
        alpha = sharpened(alpha)
    elif photo.soft:
        value = np.asarray(alpha, np.float32) / 255
        trust = Image.fromarray(np.uint8(255 * np.clip(2 * np.abs(2 * value - 1) - 0.2, 0, 1)))
        alpha = sharpened(alpha)
    else:
        trust = alpha.filter(ImageFilter.BoxBlur(2)).point([255 if v < 3 or v > 252 else EDGE_TRUST for v in range(256)])
    return Sample(image, alpha, trust)


def sharpened(mask: Image.Image) -> Image.Image:
    return mask.point([int(np.clip((v - 38) * 255 / 179, 0, 255)) for v in range(256)])


def certain(image: Image.Image, alpha: Image.Image) -> Sample:
    return Sample(image, alpha, Image.new("L", image.size, 255))


class Backdrops:
    """Pictures without a subject: photographs, parts of photographs that the mask leaves out, and painted ones."""

    def __init__(self, photographs: list[Path], pairs: list[Photo]):
        self.photographs, self.pairs = photographs, pairs
        self.odds = balance([path.parent.name for path in photographs]) if photographs else None

    def draw(self, rng: RNG, shape: tuple[int, int], near: np.ndarray | None = None) -> Image.Image:
        """`near` is a colour that a painted backdrop should almost have."""
        if near is not None:
            return painted(rng, shape, near)
        kind = rng.random()
        if kind < 0.45:
            return self.photograph(rng, shape)
        if kind < 0.7:
            return self.mask_free(rng, shape)
        if kind < 0.85:
            return self.table(rng, shape)
        return painted(rng, shape, rng.uniform(0, 255, 3) if chance(rng, 0.6) else np.full(3, rng.uniform(150, 255)))

    def empty(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        """A whole training picture. Two in five show what lies beside real subjects, often close, and one in five a bare room: paving
        and walls are taken for things."""
        kind = rng.random()
        return self.mask_free(rng, shape, 0.25) if kind < 0.4 else room(rng, shape) if kind < 0.6 else self.draw(rng, shape)

    def photograph(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        image = Image.open(self.photographs[np.searchsorted(self.odds, rng.random())]).convert("RGB")
        return resize(image, shape, crop_box(rng, image, shape, 0.4))

    def mask_free(self, rng: RNG, shape: tuple[int, int], smallest: float = 0.6) -> Image.Image:
        """The largest of the four margins around a subject, if it is wide enough to be a picture."""
        for _ in range(6):
            photo = self.pairs[rng.integers(len(self.pairs))]
            mask = Image.open(photo.mask).convert("L")
            x0, y0, x1, y1 = mask.getbbox() or (0, 0, 0, 0)
            w, h = mask.size
            margins = [(0, 0, x0 - 3, h), (x1 + 3, 0, w, h), (0, 0, w, y0 - 3), (0, y1 + 3, w, h)]
            margin = max(margins, key=lambda m: min(m[2] - m[0], m[3] - m[1]))
            if min(margin[2] - margin[0], margin[3] - margin[1]) >= 48:
                image = Image.open(photo.image).convert("RGB").resize(mask.size)
                part = image.crop(margin)
                return resize(part, shape, crop_box(rng, part, shape, smallest))
        return self.photograph(rng, shape)

    def table(self, rng: RNG, shape: tuple[int, int]) -> Image.Image:
        """A wall above a floor, each painted or taken from a photograph."""
        wall, floor = (self.mask_free(rng, shape) if chance(rng, 0.4) else painted(rng, shape, rng.uniform(20, 255, 3)) for _ in range(2))
        horizon = int(shape[0] * rng.uniform(0.35, 0.8))
        step = np.clip((np.arange(shape[0]) - horizon) / rng.uniform(1, 25), 0, 1)
        mask = np.repeat(np.uint8(255 * step)[:, None], shape[1], 1)
        return Image.composite(floor, wall, Image.fromarray(mask))


def painted(rng: RNG, shape: tuple[int, int], colour: np.ndarray) -> Image.Image:
    """A plain colour with a linear or radial fall of light, as in a studio."""
    y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
    y, x = y / shape[0] - 0.5, x / shape[1] - 0.5
    if chance(rng, 0.5):
        angle = rng.uniform(0, 2 * math.pi)
        ramp = x * math.cos(angle) + y * math.sin(angle)
    else:
        ramp = 0.4 - np.hypot(x - rng.uniform(-0.4, 0.4), y - rng.uniform(-0.4, 0.4))
    other = colour + rng.normal(0, 25, 3) + rng.uniform(-90, 90) * chance(rng, 0.6)
    picture = colour + (other - colour) * ramp[..., None]
    return Image.fromarray(np.uint8(np.clip(picture, 0, 255)))


def room(rng: RNG, shape: tuple[int, int]) -> Image.Image:
    """The corner of an empty room, or one wall of it: walls, floor, often ceiling and skirting, each with a fall of light of its own."""
    height, width = shape
    wall = rng.uniform(60, 250) + rng.normal(0, 12, 3)
    corner = width * rng.uniform(-0.3, 1.3)
    base, top = height * rng.uniform(0.45, 0.95), height * rng.uniform(-0.5, 0.25)
    left, right = (rng.uniform(-0.05, 0.45) * height for _ in range(2))  # how far floor and ceiling run apart towards the sides

    def beyond(y: float, sign: float, edge: float) -> Image.Image:
        """Where the room lies above (edge 0) or below (edge `height`) the wall's end at `y`."""
        mask = Image.new("L", (width, height), 0)
        line = [(0, y + sign * left * corner / width), (corner, y), (width, y + sign * right * (width - corner) / width)]
        ImageDraw.Draw(mask).polygon([(0, edge), *line, (width, edge)], fill=255)
        return mask.filter(ImageFilter.GaussianBlur(rng.uniform(0, 1.2)))

    picture = painted(rng, shape, wall)
    side = Image.new("L", (width, height), 0)
    ImageDraw.Draw(side).rectangle((min(corner, width), 0, width, height), fill=255)
    picture = Image.composite(painted(rng, shape, wall * rng.uniform(0.75, 1.15)), picture, side)
    if chance(rng, 0.6):
        picture = Image.composite(painted(rng, shape, np.full(3, rng.uniform(150, 255))), picture, beyond(top, -1, 0))
    if chance(rng, 0.6):
        skirting = painted(rng, shape, np.full(3, rng.uniform(120, 255)))
        picture = Image.composite(skirting, picture, beyond(base - height * rng.uniform(0.01, 0.05), 1, height))
    floor = painted(rng, shape, rng.uniform(30, 220) + rng.normal(0, 25, 3))
    return Image.composite(floor, picture, beyond(base, 1, height))


def cutout(path: Path) -> Image.Image:
    image = Image.open(path).convert("RGBA")
    return image.crop(image.getchannel("A").point([0] * 8 + [255] * 248).getbbox())


def made_subject(path: Path) -> Image.Image:
    """A painted or rendered subject, at about the size of a cut-out: its fine strands are a network's soft edges here."""
    image = Image.open(path).convert("RGBa").reduce(2).convert("RGBA")
    return image.crop(image.getchannel("A").point([0] * 8 + [255] * 248).getbbox())


def lifted_subject(photo: Photo) -> Image.Image:
    """The subject of a photograph as RGBA, a pixel shaved off a binary mask so that little of its old background comes along."""
    image, mask = Image.open(photo.image).convert("RGB"), Image.open(photo.mask).convert("L")
    if photo.soft:
        alpha = sharpened(mask.resize(image.size, Image.Resampling.BILINEAR))
    else:
        alpha = mask.resize(image.size).filter(ImageFilter.GaussianBlur(1.2)).point([int(np.clip((v - 110) * 2.2, 0, 255)) for v in range(256)])
    image.putalpha(alpha)
    return image.crop(alpha.point([0] * 8 + [255] * 248).getbbox())


def tuft(rng: RNG) -> Image.Image:
    """Leaves from one spot or strands around a body: thin things with exact alpha."""
    side = 512
    colour = rng.uniform(20, 235, 3)
    picture = Image.new("RGBA", (side, side), (*np.uint8(colour).tolist(), 0))
    draw = ImageDraw.Draw(picture)
    centre = np.array([side / 2, side * 0.55])
    radii = rng.uniform(0, 110, 2) if chance(rng, 0.5) else np.zeros(2)
    spread, width = rng.uniform(0.5, math.pi), rng.uniform(1.5, 14)
    longest, droop = rng.uniform(60, 220), rng.uniform(-0.2, 0.8)
    t = np.linspace(0, 1, 9)[:, None]
    for _ in range(rng.integers(20, 160)):
        angle = rng.uniform(-spread, spread)
        direction = np.array([math.sin(angle), -math.cos(angle)])
        length = longest * rng.uniform(0.5, 1)
        spine = centre + direction * radii * rng.uniform(0.8, 1) + direction * length * t
        spine = spine + np.hstack([rng.normal(0, 0.15) * length * t**2, droop * length * t**2])
        half = np.array([direction[1], -direction[0]]) * width * np.sin(math.pi * (0.15 + 0.85 * t)) / 2
        outline = np.vstack([spine + half, (spine - half)[::-1]])
        shade = np.uint8(np.clip(colour * rng.uniform(0.6, 1.3) + rng.normal(0, 10, 3), 0, 255))
        draw.polygon(list(map(tuple, outline)), fill=(*shade.tolist(), 255))
    if radii.min() > 10:
        draw.ellipse([*(centre - radii), *(centre + radii)], fill=(*np.uint8(colour).tolist(), 255))
    picture = picture.resize((side // 2, side // 2), Image.Resampling.BOX)
    return picture.crop(picture.getchannel("A").getbbox())


def paled(rng: RNG, subject: Image.Image) -> Image.Image:
    """The same subject in near white, its shading kept faintly."""
    grey = subject.convert("L").convert("RGB") if chance(rng, 0.5) else subject.convert("RGB")
    pale = Image.blend(grey, Image.new("RGB", subject.size, (255, 255, 255)), rng.uniform(0.4, 0.8))
    pale.putalpha(subject.getchannel("A"))
    return pale


def rests_on_edge(subject: Image.Image) -> bool:
    """Whether the subject was cut off by the picture's lower edge, as heads and shoulders are."""
    return float((np.asarray(subject.getchannel("A"))[-1] > 128).mean()) > 0.3


def composite(rng: RNG, subjects: list[Image.Image], backdrop: Image.Image) -> Sample:
    """Pastes subjects one after another, most of them with a shadow, which is not part of the alpha."""
    picture, alpha = backdrop, Image.new("L", backdrop.size, 0)
    for subject in subjects:
        scale = rng.uniform(0.35, 1.05) * min(backdrop.width / subject.width, backdrop.height / subject.height)
        stretch = math.exp(rng.uniform(-0.12, 0.12))
        grounded = rests_on_edge(subject)
        subject = subject.resize((max(8, int(subject.width * scale * stretch)), max(8, int(subject.height * scale / stretch))), Image.Resampling.BILINEAR)
        if not grounded and chance(rng, 0.35):
            subject = subject.rotate(rng.uniform(-40, 40), Image.Resampling.BILINEAR, expand=True)
        over = subject.width * rng.uniform(0, 0.3)
        x = int(-over + rng.random() * (backdrop.width - subject.width + 2 * over))
        y = int((backdrop.height - subject.height) * (1 if grounded else rng.random()))
        layer = Image.new("L", backdrop.size, 0)
        layer.paste(subject.getchannel("A"), (x, y))
        if chance(rng, 0.6):
            offset = (int(rng.uniform(-0.1, 0.1) * subject.width), int(rng.uniform(0, 0.1) * subject.height))
            shade = Image.new("L", backdrop.size, 0)
            shade.paste(layer, offset)
            shade = shade.filter(ImageFilter.GaussianBlur(rng.uniform(1, 12))).point(lambda v, depth=rng.uniform(0.15, 0.65): int(v * depth))
            picture = Image.composite(Image.new("RGB", picture.size, 0), picture, shade)
        colours = Image.new("RGB", backdrop.size, 0)
        colours.paste(jitter(rng, subject.convert("RGB"), 0.6), (x, y))
        picture = Image.composite(colours, picture, layer)
        alpha = Image.composite(Image.new("L", alpha.size, 255), alpha, layer)
    return certain(picture, alpha)


# Appearance


def jitter(rng: RNG, image: Image.Image, strength: float) -> Image.Image:
    """Gamma, brightness, contrast and white balance in one table, then saturation."""
    ramp = np.arange(256) / 255
    gamma = math.exp(rng.normal(0, 0.25) * strength)
    contrast, brightness = math.exp(rng.normal(0, 0.2) * strength), rng.normal(0, 0.08) * strength
    tables = [(ramp**gamma * math.exp(rng.normal(0, 0.08) * strength) - 0.5) * contrast + 0.5 + brightness for _ in range(3)]
    image = image.point([int(v) for table in tables for v in np.clip(table * 255, 0, 255)])
    return ImageEnhance.Color(image).enhance(max(0.0, rng.normal(1, 0.3 * strength)))


def degrade(rng: RNG, image: Image.Image, blur: bool = True) -> Image.Image:
    if chance(rng, 0.04):
        image = image.convert("L").convert("RGB")
    if blur and chance(rng, 0.15):
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.8)))
    if chance(rng, 0.2):
        noise = rng.standard_normal((image.height, image.width, 3), np.float32) * rng.uniform(2, 14)
        image = Image.fromarray(np.uint8(np.clip(np.asarray(image) + noise, 0, 255)))
    if chance(rng, 0.3):
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=int(rng.integers(25, 92)))
        image = Image.open(stream)
    return image


class Batches(Dataset):
    """Item i is the whole i-th batch, of about `size` x `size` pixels: images (N, 3, H, W), alpha and trust (N, 1, H, W), all bytes."""

    def __init__(self, data: Path, count: int, seed: int, teacher: Path | None = None, subjects: list[Path] | None = None):
        """`subjects` are folders of painted and rendered subjects, beside the cut-outs of `data`; one without any is a mistake."""
        self.count, self.seed, self.size = count, seed, 256
        self.pairs = read_pairs(data, "train")
        self.unlabelled, _, scenes = read_unlabelled(data, teacher)
        self.cutouts, _ = read_cutouts(data)
        self.made = []
        for folder in subjects or []:
            made = sorted(folder.rglob("*.png"))
            if not made:
                raise SystemExit(f"{folder}: no subjects; make them first, or leave the folder out")
            self.made += made
        backdrops = sorted((data / "backgrounds").rglob("*.webp")) + scenes
        self.backdrops = Backdrops([path for path in backdrops if not is_held_out(path)], self.pairs)
        self.subjects = [p for p in self.pairs if p.group in SUBJECT_SOURCES] + [p for p in self.unlabelled if p.doubt < 0.04]
        self.odds = {id(photos): balance([p.group for p in photos]) for photos in (self.pairs, self.unlabelled, self.subjects)}

    def __len__(self) -> int:
        return 1 << 30

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor, Tensor]:
        rng = np.random.default_rng((self.seed, index))
        height, width = (32 * round(side * self.size / 32) for side in SHAPES[rng.integers(len(SHAPES))])
        samples = [self.sample(rng, (height, width), (i + rng.random()) / self.count) for i in range(self.count)]
        images = np.stack([np.asarray(s.image) for s in samples]).transpose(0, 3, 1, 2)
        alphas, trusts = (np.stack([np.asarray(p) for p in planes])[:, None] for planes in ([s.alpha for s in samples], [s.trust for s in samples]))
        return tuple(torch.from_numpy(np.ascontiguousarray(a)) for a in (images, alphas, trusts))

    def pick(self, rng: RNG, photos: list[Photo]) -> Photo:
        return photos[np.searchsorted(self.odds[id(photos)], rng.random())]

    def sample(self, rng: RNG, shape: tuple[int, int], kind: float) -> Sample:
        if kind < TEACHER:
            sample = photograph(rng, self.pick(rng, self.unlabelled), shape)
        elif kind < TEACHER + PAIR:
            sample = photograph(rng, self.pick(rng, self.pairs), shape)
        elif kind < TEACHER + PAIR + COMPOSITE:
            sample = self.composite(rng, shape)
        else:
            sample = certain(self.backdrops.empty(rng, shape), Image.new("L", shape[::-1], 0))
        flip = chance(rng, 0.5)
        planes = (p.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip else p for p in (sample.image, sample.alpha, sample.trust))
        image, alpha, trust = planes
        return Sample(degrade(rng, jitter(rng, image, 1)), alpha, trust)

    def composite(self, rng: RNG, shape: tuple[int, int]) -> Sample:
        count = 1 + chance(rng, 0.2) + chance(rng, 0.05)
        subjects = [self.subject(rng) for _ in range(count)]
        near = None
        if chance(rng, 0.25):  # white on white, black on black
            if chance(rng, 0.5):
                subjects[0] = paled(rng, subjects[0])
            pixels = np.asarray(subjects[0]).reshape(-1, 4)
            solid = pixels[pixels[:, 3] > 200][:, :3]
            near = solid.mean(0) + rng.normal(0, 12, 3) if len(solid) else None
        backdrop = self.backdrops.draw(rng, shape, near)
        if chance(rng, 0.35):
            backdrop = backdrop.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 6)))
        return composite(rng, subjects, backdrop)

    def subject(self, rng: RNG) -> Image.Image:
        kind = rng.random()
        if self.made and kind < 0.38:
            return made_subject(self.made[rng.integers(len(self.made))])
        if not self.made and kind < 0.12:
            return tuft(rng)
        if kind < 0.56:
            return cutout(self.cutouts[rng.integers(len(self.cutouts))])
        return lifted_subject(self.pick(rng, self.subjects))
