"""Heads of hair: straight, wavy, curly, afro, buns and more, on a plain mannequin."""

import math

import numpy as np

from .. import strands
from ..scenes import head, paints, plush, shapes
from ..stage import jitter
from ..strands import unit

TRAIN = ["straight", "straight", "wavy", "wavy", "curly", "afro", "bun", "bob", "short", "wig"]
HELD_OUT = ["ringlets", "ponytail", "spikes", "ringlets"]

COLOURS = {
    "black": ((0.012, 0.010, 0.010), (0.020, 0.016, 0.014)),
    "brown": ((0.055, 0.026, 0.013), (0.10, 0.052, 0.026)),
    "chestnut": ((0.085, 0.030, 0.011), (0.17, 0.070, 0.026)),
    "blonde": ((0.36, 0.22, 0.095), (0.58, 0.41, 0.21)),
    "platinum": ((0.60, 0.52, 0.40), (0.76, 0.69, 0.57)),
    "grey": ((0.20, 0.20, 0.205), (0.40, 0.40, 0.41)),
    "rose": ((0.42, 0.11, 0.20), (0.62, 0.26, 0.36)),
    "red dye": ((0.26, 0.012, 0.02), (0.36, 0.03, 0.03)),
}
HELD_OUT_COLOURS = {
    "ginger": ((0.30, 0.095, 0.018), (0.50, 0.20, 0.05)),
    "silver": ((0.50, 0.52, 0.56), (0.72, 0.74, 0.78)),
    "teal": ((0.02, 0.17, 0.19), (0.06, 0.33, 0.34)),
    "auburn": ((0.13, 0.028, 0.012), (0.24, 0.060, 0.022)),
}
SKINS = [(0.62, 0.44, 0.34), (0.48, 0.30, 0.21), (0.30, 0.17, 0.11), (0.16, 0.085, 0.055), (0.085, 0.046, 0.032)]
MODEL = [(0.78, 0.77, 0.75), (0.30, 0.30, 0.31), (0.60, 0.50, 0.38)]  # shop-window heads


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    table = HELD_OUT_COLOURS if held_out else COLOURS
    root_colour, tip_colour = table[list(table)[int(random.integers(len(table)))]]
    stage.elevation, stage.samples, stage.alpha_samples, stage.shrink = (-8, 22), 10, 72, 0.8
    stage.scene.cycles.max_bounces = 2
    bust(stage, root_colour, bare=variant == "wig")
    styles = {"wig": straight, "ponytail": straight, "bob": straight, "curly": curly, "ringlets": curly}
    styles |= {"straight": straight, "wavy": straight, "afro": afro, "bun": bun, "short": short, "spikes": short}
    paths, width = styles[variant](random, variant)
    paths = flyaways(paths, random)
    count, steps = paths.shape[:2]
    # Darker at the root in most heads: the colour is the strand's, so the mean of both ends.
    mixed = random.random((count, 1)) * 0.8 + 0.1
    tint = np.asarray(jitter(random, root_colour, 0.12)) * (1 - mixed) + np.asarray(tip_colour) * mixed
    if variant in ("straight", "wavy", "bob", "ponytail") and random.random() < 0.35:  # highlights
        streak = np.clip(shapes.drift(paths[:, 0], 0.03, random)[:, :1], 0, 1)
        tint = tint * (1 + 1.6 * streak)
    taper = np.linspace(1, 0.4, steps) ** 0.6
    radius = width * random.uniform(0.75, 1.25, (count, 1)) * taper
    gloss = strands.fibre("hair", roughness=random.uniform(0.2, 0.4), value=random.uniform(0.15, 0.35))
    strands.put_strands(stage, "hair", paths, radius, gloss, np.clip(tint, 0.002, 0.95))


def bust(stage, hair_colour, bare: bool) -> None:
    """Skull, plain face, neck and shoulders; shop-window heads have no clothes."""
    random = stage.random
    model = bare or random.random() < 0.25
    palette = MODEL if model else SKINS
    colour = jitter(random, palette[int(random.integers(len(palette)))], 0.1)
    skin = paints.Material("skin")
    tone = skin.ramp(skin.noise(skin.position(), 22, 6), (0.3, tuple(0.92 * c for c in colour)), (0.7, colour))
    skin.principled(tone, random.uniform(0.2, 0.6))
    ball = shapes.ball
    parts = [
        ball("skull", head.SKULL[0], (0.0745, 0.094, 0.086)),
        ball("face", (0, -0.034, -0.045), (0.058, 0.060, 0.073)),
        ball("brow", (0, -0.066, 0.004), (0.051, 0.028, 0.021)),
        ball("chin", (0, -0.079, -0.106), (0.021, 0.018, 0.017)),
        ball("jaw", (0, -0.055, -0.092), (0.042, 0.038, 0.028)),
    ]
    parts += plush.chain((0, -0.088, -0.004), (0, -0.110, -0.047), 0.0065, 0.0098, 9)
    low = -0.20 if bare else -0.23
    parts += plush.chain((0, 0.022, -0.07), (0, 0.032, low), 0.050, 0.056, 12)
    for side in (-1, 1):
        parts += [
            ball("cheek", (side * 0.033, -0.062, -0.042), (0.023, 0.027, 0.026)),
            ball("lid", (side * 0.029, -0.0795, -0.0165), (0.0145, 0.0105, 0.009)),
            ball("ear", (side * 0.073, 0.008, -0.035), (0.009, 0.018, 0.027)),
        ]
        parts += plush.chain((side * 0.02, -0.0945, -0.0745), (0, -0.0985, -0.0735), 0.0042, 0.0056, 6)
    stage.put(shapes.blend("head", parts, 0.0032, 4, skin.data))
    # Under the hair, so that no pale scalp shines through.
    scalp = paints.plain("cap", tuple(0.6 * c for c in hair_colour), 0.8)
    stage.put(ball("cap", (0, 0.016, 0.0), (0.0742, 0.0915, 0.0858), scalp))
    if bare:
        return
    dye = jitter(random, random.uniform(0.02, 0.7, 3), 0.1)
    wool = paints.cloth("garment", dye, random.uniform(0.001, 0.004), sheen=0.4, relief=0.8)
    torso = [ball("chest", (0, 0.015, -0.37), (0.165, 0.100, 0.15))]
    for side in (-1, 1):
        torso += plush.chain((side * 0.03, 0.03, -0.222), (side * 0.145, 0.025, -0.268), 0.045, 0.050, 10)
        torso += plush.chain((side * 0.15, 0.025, -0.27), (side * 0.19, 0.03, -0.50), 0.056, 0.052, 14)
    garment = stage.put(shapes.blend("garment", torso, 0.007, 8, skin.data if model else wool))
    garment["beyond"] = 1


def children(guides: np.ndarray, root: np.ndarray, gather: float, steps: int, random) -> tuple[np.ndarray, np.ndarray]:
    """Strands at `root` that follow the nearest guide and close in on it towards the tip."""
    lock = strands.nearest(root, guides[:, 0])
    path = strands.resample(guides, steps)[lock]
    t = np.linspace(0, 1, steps)[None, :, None]
    pull = gather * np.clip(1.6 * t, 0, 1) ** 1.2 * random.uniform(0.7, 1.1, (len(root), 1, 1))
    offset = (root - guides[lock, 0])[:, None] * (1 - np.clip(pull, 0, 1))
    loose = random.normal(size=(len(root), 1, 3)) * 0.0035 * np.sin(math.pi * np.clip(t * 1.2, 0, 1) ** 0.7) ** 0.7
    short = random.uniform(0.86, 1.0, (len(root), 1, 1))  # ends are not cut in one line
    at = t * short * (steps - 1)
    index = np.clip(at.astype(int), 0, steps - 2)
    part = at - index
    rows = np.arange(len(root))[:, None]
    path = path[rows, index[..., 0]] * (1 - part) + path[rows, index[..., 0] + 1] * part
    return path + offset + loose, lock


def straight(random, variant: str) -> tuple[np.ndarray, float]:
    """Hair that falls: long and straight, waved, cut to a bob, or gathered into a tail."""
    guides = 420
    root = head.roots(guides, random)
    height = np.clip((root[:, 2:3] + 0.07) / 0.16, 0, 1)
    layer = 0.004 + 0.006 * random.random((len(root), 1)) * (0.4 + 0.6 * height)
    base = {"bob": random.uniform(0.13, 0.18), "ponytail": 0.13}.get(variant, random.uniform(0.2, 0.42))
    long = base + 0.09 * height + 0.03 * random.random((len(root), 1))
    guide = head.grow(root, long, layer, 0.5 + 0.2 * random.random((len(root), 1)), random, 36)
    if variant == "ponytail":
        guide = tail(root, random, 40)
    many = head.roots(8000, random)
    steps = 18
    path, lock = children(guide, many, random.uniform(0.35, 0.85), steps, random)
    if variant in ("wavy", "wig", "ponytail"):
        amount = random.uniform(0.004, 0.012) if variant != "ponytail" else random.uniform(0, 0.004)
        wavelength = random.uniform(0.05, 0.10)
        phase = (1.6 * shapes.drift(guide[:, 0], 0.22, random)[:, 0])[lock][:, None, None]
        arc = strands.lengths(path)
        onset = np.clip((arc - 0.05) / 0.12, 0, 1) ** 1.3
        out = path * (1, 1, 0) - (0, 0.02, 0)
        out = unit(out)
        tangential = np.stack([-out[..., 1], out[..., 0], 0 * out[..., 0]], axis=-1)
        angle = -2 * math.pi * path[..., 2:] / wavelength + phase + random.normal(size=(len(path), 1, 1)) * 0.2
        path = path + onset * amount * (np.sin(angle) * tangential + 0.65 * (np.cos(angle) + 0.25) * out)
    path = path + 0.0018 * shapes.drift(path, 0.09, random) * np.linspace(0, 1, steps)[None, :, None]
    return path, random.uniform(0.0001, 0.00014)


def tail(root: np.ndarray, random, steps: int) -> np.ndarray:
    """Combed back to a knot, then hanging from it."""
    knot = np.array([0, 0.115, random.uniform(0.0, 0.05)])
    over = combed(root, knot, steps // 2, 0.006)
    count = len(root)
    t = np.linspace(0, 1, steps - steps // 2 + 1)[None, 1:, None]
    spread = random.normal(size=(count, 1, 3)) * (0.006 + 0.020 * t**0.8) * (1, 0.8, 0.2)
    long = random.uniform(0.24, 0.34) * random.uniform(0.85, 1.05, (count, 1, 1))
    hang = over[:, -1:] + np.array([0, 0.055, 0]) * np.sin(math.pi * np.clip(t * 1.1, 0, 1)) ** 0.7
    hang = hang + spread - long * t**1.25 * (0, 0, 1)
    return np.concatenate([over, hang], axis=1)


def combed(root: np.ndarray, knot: np.ndarray, steps: int, lift: float) -> np.ndarray:
    """Great-circle paths over the skull from every root to the knot."""
    centre, radii = np.asarray(head.SKULL[0]), np.asarray(head.SKULL[1])
    start, end = unit((root - centre) / radii), unit((knot - centre) / radii)
    t = np.linspace(0, 1, steps)[None, :, None]
    way = unit(start[:, None] * (1 - t) + end * t + 1e-4)
    path = centre + way * (radii + lift * np.sin(math.pi * np.clip(t, 0, 1)) ** 0.5)
    # Beyond the last of the skull, in to the knot itself.
    return path + (knot - (centre + end * radii)) * t**3


def bun(random, variant: str) -> tuple[np.ndarray, float]:
    knot = np.array([0, random.uniform(0.06, 0.125), random.uniform(0.02, 0.11)])
    knot = knot / np.linalg.norm(knot / (0.1, 0.122, 0.105))
    size = random.uniform(0.026, 0.042)
    knot = knot + unit(knot) * size * 0.35
    guide = combed(head.roots(300, random), knot, 20, 0.005)
    over, _ = children(guide, head.roots(8000, random), 0.5, 20, random)
    over += 0.0015 * shapes.drift(over, 0.05, random)
    # The bun: strands wound round and round inside a ball.
    count, steps = 3500, 20
    axis = unit(knot)
    a = unit(np.cross(axis, (1, 0, 0.2)))
    b = np.cross(axis, a)
    turn = random.random((count, 1)) * 2 * math.pi + np.linspace(0, random.uniform(2.0, 4.5), steps)
    band = random.normal(size=(count, 1)) * 0.5 + 0.35 * np.sin(turn * 2 + random.random() * 6)
    ring = size * (0.75 + 0.22 * random.random((count, 1)) + 0.10 * np.sin(3 * turn))
    depth = np.sqrt(np.clip(1 - 0.5 * band**2, 0.2, 1))
    wound = (
        knot
        + (ring * depth * np.cos(turn))[..., None] * a
        + (ring * depth * np.sin(turn))[..., None] * b
        + (size * 0.7 * np.clip(band, -1.1, 1.1))[..., None] * axis
    )
    return np.concatenate([over, wound + 0.002 * shapes.drift(wound, 0.03, random)]), 0.00012


def curly(random, variant: str) -> tuple[np.ndarray, float]:
    """Corkscrews round falling guides; ringlets are wider, longer and hang apart."""
    long_curls = variant == "ringlets"
    guides = 260 if long_curls else 420
    root = head.roots(guides, random)
    height = np.clip((root[:, 2:3] + 0.07) / 0.16, 0, 1)
    long = random.uniform(0.14, 0.30) + 0.08 * height + 0.04 * random.random((len(root), 1))
    layer = 0.014 + 0.022 * random.random((len(root), 1)) * (0.5 + 0.5 * height)
    guide = head.grow(root, long, layer, 0.45 + 0.2 * random.random((len(root), 1)), random, 36)
    guide += 0.010 * shapes.drift(guide, 0.10, random) * np.linspace(0, 1, 36)[None, :, None]
    steps = 60
    path, lock = children(guide, head.roots(2600, random), 0.92, steps, random)
    arc = strands.lengths(path)
    pitch = (random.uniform(0.018, 0.034) * random.uniform(0.8, 1.25, len(root)))[lock][:, None, None]
    swell = (random.uniform(0.006, 0.012) * random.uniform(0.7, 1.3, len(root)))[lock][:, None, None]
    hand = np.sign(random.normal(size=len(root)))[lock][:, None, None]
    own = random.normal(size=(len(path), 1, 1)) * (0.3 if long_curls else 0.55)
    angle = hand * 2 * math.pi * arc / pitch + (random.random(len(root)) * 6.3)[lock][:, None, None] + own
    across, above = strands.frames(guide_smooth(path))
    onset = np.clip(arc / 0.05, 0, 1)
    swell = swell * random.uniform(0.8, 1.25, (len(path), 1, 1))
    path = path + onset * swell * (np.cos(angle) * across + np.sin(angle) * above)
    return path, 0.00017


def guide_smooth(path: np.ndarray) -> np.ndarray:
    smooth = path.copy()
    for _ in range(6):
        smooth[:, 1:-1] = 0.5 * smooth[:, 1:-1] + 0.25 * (smooth[:, :-2] + smooth[:, 2:])
    return smooth


def afro(random, variant: str) -> tuple[np.ndarray, float]:
    """Tight coils that stand off the head all round."""
    root = head.roots(5000, random)
    count, steps = len(root), 40
    normal = unit((root - head.SKULL[0]) / np.square(head.SKULL[1]))
    lean = unit(normal + 0.25 * shapes.drift(root, 0.02, random) + (0, 0.1, 0.15))
    long = random.uniform(0.035, 0.10) * random.uniform(0.65, 1.05, (count, 1, 1)) ** 0.6
    t = np.linspace(0, 1, steps)[None, :, None]
    path = root[:, None] + lean[:, None] * long * t + 0.006 * t * shapes.drift(root[:, None] + 0.3 * t * lean[:, None], 0.03, random)
    across, above = strands.frames(path)
    turns = long / random.uniform(0.008, 0.013)
    angle = 2 * math.pi * turns * t + random.random((count, 1, 1)) * 6.3
    swell = random.uniform(0.0018, 0.0032) * random.uniform(0.6, 1.5, (count, 1, 1)) * np.clip(6 * t, 0, 1)
    path = path + swell * (np.cos(angle) * across + np.sin(angle) * above)
    path += 0.004 * t * shapes.drift(path, 0.012, random)
    return path, 0.00014


def short(random, variant: str) -> tuple[np.ndarray, float]:
    """Cropped and combed, or set up in spikes."""
    root = head.roots(9000, random)
    count, steps = len(root), 10
    normal = unit((root - head.SKULL[0]) / np.square(head.SKULL[1]))
    top = np.clip((root[:, 2:3] - 0.0) / 0.08, 0, 1)
    spiky = variant == "spikes"
    long = (0.012 + random.uniform(0.02, 0.05) * top) * random.uniform(0.75, 1.1, (count, 1))
    way = np.array([random.normal() * 0.5, random.uniform(-0.8, 1.0), -0.15])
    flow = way + 0.7 * shapes.drift(root, 0.06, random)
    flow -= normal * np.sum(flow * normal, axis=1, keepdims=True)
    stand = random.uniform(0.35, 0.8) if not spiky else 1.6
    lean = unit(stand * normal + flow + 0.15 * random.normal(size=root.shape))
    t = np.linspace(0, 1, steps)[None, :, None]
    path = root[:, None] + long[:, None] * (1.6 if spiky else 1.0) * (lean[:, None] * t + 0.3 * unit(flow)[:, None] * t**2)
    leaders = random.choice(count, 260 if spiky else 900, replace=False)
    lock = leaders[strands.nearest(root, root[leaders])]
    pull = (0.9 if spiky else random.uniform(0.3, 0.7)) * random.uniform(0.6, 1.0, (count, 1, 1)) * t**1.3
    path = path * (1 - pull) + pull * (path[lock] + 0.12 * (root - root[lock])[:, None])
    return path + 0.001 * t * shapes.drift(path, 0.01, random), 0.00011


def flyaways(path: np.ndarray, random) -> np.ndarray:
    """Single hairs that leave their lock; some heads are sleek, some are not."""
    share = random.choice([0.006, 0.02, 0.05], p=[0.25, 0.5, 0.25])
    loose = random.random(len(path)) < share
    some, steps = int(loose.sum()), path.shape[1]
    if not some:
        return path
    t = np.linspace(0, 1, steps)[None, :, None]
    strand = guide_smooth(path[loose])
    out = unit(strand - np.array([0, 0.02, 0]) * 1.0 - (0, 0, -0.05))
    arch = np.sin(math.pi * np.clip(t * random.uniform(0.7, 2.4, (some, 1, 1)), 0, 1)) ** 0.8
    lift = random.uniform(0.002, 0.020, (some, 1, 1)) * arch + random.uniform(0, 0.03, (some, 1, 1)) * t**1.5
    astray = shapes.drift(strand + random.normal(size=(some, 1, 3)) * 0.05, 0.25, random)
    path[loose] = strand + lift * out + 0.012 * np.clip(3 * t, 0, 1) * astray * random.uniform(0.2, 1.3, (some, 1, 1))
    return path
