"""Small furry animals: short, long, clumped and shaggy coats, whiskers, manes."""

import math

import numpy as np

from .. import strands
from ..scenes import paints, plush, shapes
from ..stage import jitter
from ..strands import unit

TRAIN = ["cat", "cat", "rabbit", "dog", "hamster", "cub", "chick", "pompom"]
HELD_OUT = ["fox", "squirrel", "lion"]

# Back, belly.
COATS = {
    "white": ((0.74, 0.71, 0.66), (0.80, 0.78, 0.75)),
    "black": ((0.014, 0.013, 0.013), (0.03, 0.028, 0.026)),
    "grey": ((0.17, 0.165, 0.16), (0.50, 0.49, 0.47)),
    "brown": ((0.10, 0.050, 0.024), (0.30, 0.19, 0.11)),
    "cream": ((0.56, 0.40, 0.24), (0.74, 0.64, 0.50)),
    "ginger": ((0.42, 0.17, 0.045), (0.70, 0.52, 0.34)),
    "sand": ((0.34, 0.23, 0.13), (0.62, 0.52, 0.40)),
}
HELD_OUT_COATS = {
    "fox": ((0.36, 0.105, 0.022), (0.76, 0.72, 0.66)),
    "silver": ((0.36, 0.37, 0.40), (0.66, 0.67, 0.68)),
    "chocolate": ((0.055, 0.022, 0.012), (0.12, 0.06, 0.035)),
    "tawny": ((0.40, 0.24, 0.10), (0.60, 0.44, 0.26)),
}


def build(stage, variant: str, held_out: bool) -> None:
    random = stage.random
    stage.elevation, stage.samples, stage.alpha_samples, stage.shrink = (-6, 32), 10, 72, 0.8
    stage.scene.cycles.max_bounces = 2
    table = HELD_OUT_COATS if held_out else COATS
    back, belly = table[list(table)[int(random.integers(len(table)))]]
    back, belly = jitter(random, back, 0.15), jitter(random, belly, 0.1)
    if variant == "chick":
        back, belly = jitter(random, (0.72, 0.50, 0.10), 0.1), (0.8, 0.66, 0.25)
    shape = {"rabbit": rabbit, "chick": chick, "pompom": pompom, "squirrel": squirrel}.get(variant, beast)
    parts, face = shape(random, variant)
    skin = shapes.blend("skin", parts, 0.0052, 5, paints.plain("skin", tuple(0.5 * c for c in back), 0.9))
    stage.put(skin)
    if face:
        details(stage, face, variant)
    coat(stage, skin, variant, back, belly, face)


def coat(stage, skin, variant: str, back, belly, face) -> None:
    random = stage.random
    style = random.choice(["short", "dense", "long", "shaggy", "clumped"], p=[0.25, 0.25, 0.22, 0.14, 0.14])
    if variant in ("chick", "pompom"):
        style = "dense" if random.random() < 0.7 else "long"
    length = {"short": 0.009, "dense": 0.016, "long": 0.036, "shaggy": 0.045, "clumped": 0.026}[style]
    length *= random.uniform(0.8, 1.3) * (1.6 if variant == "pompom" else 1.0)
    count = {"short": 36_000, "dense": 30_000, "long": 24_000, "shaggy": 21_000, "clumped": 26_000}[style]
    root, normal = shapes.scatter(skin, count, random)
    # Short round the face, long on the tail and the chest.
    long = np.full(len(root), length)
    if face:
        near = np.linalg.norm(root - face["nose"], axis=1)
        long *= np.clip((near + 0.012) / 0.075, 0.28, 1)
        keep = near > 0.010
        for eye in face["eyes"]:
            away = np.linalg.norm(root - eye, axis=1)
            keep &= away > face["eye"] * 1.05
            long *= np.clip(away / (4 * face["eye"]), 0.3, 1)
        root, normal, long = root[keep], normal[keep], long[keep]
        if "mane" in face:
            ring = np.abs(np.linalg.norm(root - face["mane"], axis=1) - 0.10)
            long *= 1 + 3.0 * np.exp(-((ring / 0.035) ** 2)) * (near[keep] > 0.07)
        if "tail" in face:
            behind = np.linalg.norm(root[:, None] - face["tail"], axis=-1).min(1)
            long *= 1 + 1.6 * np.exp(-((behind / 0.05) ** 2))
    count, steps = len(root), 7
    stand = {"short": 0.45, "dense": 0.9, "long": 0.55, "shaggy": 0.5, "clumped": 0.6}[style]
    if variant in ("chick", "pompom"):
        stand = 2.5
    flow = np.array([0, 0.55, -0.8]) + 0.6 * shapes.drift(root, 0.12, random) + 0.35 * shapes.drift(root, 0.03, random)
    flow -= normal * np.sum(flow * normal, axis=1, keepdims=True)
    lean = unit(stand * normal + unit(flow) + 0.14 * random.normal(size=root.shape))
    vary = random.uniform(0.6, 1.1, (count, 1)) * (1 + 0.15 * shapes.drift(root, 0.05, random)[:, :1])
    wisp = random.random((count, 1)) < 0.03
    long = long[:, None] * np.where(wisp, 1.3 * vary, vary)
    t = np.linspace(0, 1, steps)[None, :, None]
    droop = unit(flow) * 0.35 + np.array([0, 0, -0.25 if style in ("long", "shaggy") else -0.1])
    path = root[:, None] + long[:, None] * (lean[:, None] * t + droop[:, None] * 0.6 * t**2)
    path += (0.14 * long)[:, None] * t**1.5 * shapes.drift(path[:, 1:2] * 1.0, 0.012, random)
    if style == "shaggy":
        path += (0.12 * long)[:, None] * t * shapes.drift(path, 0.02, random)
    tuft = {"short": 10, "dense": 14, "long": 24, "shaggy": 40, "clumped": 45}[style]
    leaders = random.choice(count, max(2, count // tuft), replace=False)
    lock = leaders[strands.nearest(root, root[leaders])]
    hold = {"clumped": (0.75, 1.0), "shaggy": (0.4, 0.9)}.get(style, (0.1, 0.6))
    pull = np.where(wisp, 0, random.uniform(*hold, (count, 1)))[:, None] * t**1.4
    path = path * (1 - pull) + pull * (path[lock] + 0.12 * (root - root[lock])[:, None])

    radius = (0.00016 if style in ("short", "dense") else 0.00019) * random.uniform(0.7, 1.2, (count, 1))
    radius = radius * np.array([1.0, 1.0, 0.95, 0.85, 0.7, 0.45, 0.1])
    tint = pattern(random, root, normal, np.asarray(back), np.asarray(belly), face)
    gloss = strands.fibre("fur", random.uniform(0.3, 0.5), random.uniform(0.12, 0.3), shine=random.uniform(0.2, 0.8))
    strands.put_strands(stage, "fur", path, radius, gloss, tint)


def pattern(random, root, normal, back, belly, face) -> np.ndarray:
    """Paler below; striped, patched or ticked."""
    under = np.clip(0.5 - 0.9 * normal[:, 2:3] - 0.4 * normal[:, 1:2] + 0.2 * shapes.drift(root, 0.06, random)[:, :1], 0, 1)
    tint = back * (1 - under**2) + belly * under**2
    kind = random.choice(["plain", "stripes", "patches", "points", "ticked"], p=[0.3, 0.25, 0.2, 0.1, 0.15])
    if kind == "stripes":
        wave = np.sin(root[:, 1:2] * random.uniform(90, 170) + 5 * shapes.drift(root, 0.12, random)[:, :1])
        tint = tint * (1 - 0.65 * np.clip(2 * wave, 0, 1))
    elif kind == "patches":
        spot = np.clip(6 * (shapes.drift(root, random.uniform(0.08, 0.2), random)[:, :1] - 0.15), 0, 1)
        other = np.asarray(jitter(random, [(0.75, 0.73, 0.7), (0.02, 0.018, 0.016), (0.40, 0.17, 0.05)][int(random.integers(3))], 0.1))
        tint = tint * (1 - spot) + other * spot
    elif kind == "points" and face:
        dark = np.exp(-((np.linalg.norm(root - face["nose"], axis=1, keepdims=True) / 0.06) ** 2))
        tint = tint * (1 - 0.85 * dark)
    elif kind == "ticked":
        tint = tint * np.exp(0.45 * random.normal(size=(len(root), 1)))
    return np.clip(tint * np.exp(0.10 * random.normal(size=(len(root), 1))), 0.003, 0.9)


def details(stage, face, variant: str) -> None:
    """Eyes, nose and whiskers."""
    random = stage.random
    iris = paints.plain("eye", jitter(random, (0.012, 0.009, 0.007), 0.3), 0.12)
    for eye in face["eyes"]:
        stage.put(shapes.ball("eye", eye, [face["eye"]] * 3, iris))
    colour = jitter(random, [(0.03, 0.022, 0.02), (0.55, 0.28, 0.24)][int(random.integers(2))], 0.15)
    if variant == "chick":
        beak = paints.plain("beak", (0.70, 0.30, 0.06), 0.4)
        stage.put(shapes.ball("beak", face["nose"], (0.009, 0.018, 0.008), beak))
        return
    nose = paints.plain("nose", colour, 0.3)
    stage.put(shapes.ball("nose", face["nose"], (0.011, 0.008, 0.008), nose))
    if variant == "lion" or random.random() < 0.15:
        return
    count = int(random.integers(10, 22))
    side = np.where(np.arange(count) % 2, 1.0, -1.0)[:, None]
    start = face["nose"] + np.stack(
        [
            side[:, 0] * random.uniform(0.008, 0.02, count),
            random.uniform(0.004, 0.016, count),
            random.uniform(-0.012, 0.004, count),
        ],
        -1,
    )
    way = unit(np.concatenate([side, random.uniform(-0.45, 0.1, (count, 1)), random.uniform(-0.35, 0.25, (count, 1))], 1))
    t = np.linspace(0, 1, 10)[None, :, None]
    long = random.uniform(0.05, 0.11, (count, 1, 1))
    path = start[:, None] + long * (way[:, None] * t - np.array([0, -0.25, 0.30]) * t**2 * random.uniform(0.2, 1, (count, 1, 1)))
    radius = np.broadcast_to(0.00026 * np.linspace(1, 0.2, 10), (count, 10))
    pale = (0.8, 0.79, 0.76) if random.random() < 0.75 else (0.03, 0.03, 0.03)
    strands.put_strands(stage, "whiskers", path, radius, strands.fibre("whisker", 0.2, 0.05), np.tile(pale, (count, 1)))


def beast(random, variant: str):
    """A seated four-legged animal, by the size of its parts."""
    ball, chain = shapes.ball, plush.chain
    cat, fox, dog = variant == "cat", variant == "fox", variant == "dog"
    head_at = np.array([random.normal() * 0.02, -0.055, 0.235 + random.uniform(-0.01, 0.02)])
    if variant == "hamster":
        head_at = np.array([0, -0.075, 0.125])
    big = {"hamster": 0.058, "cub": 0.068, "lion": 0.07}.get(variant, 0.056)
    parts = [
        ball("hips", (0, 0.045, 0.075), (0.082, 0.085, 0.08)),
        ball("chest", (0, -0.02, 0.135 if variant != "hamster" else 0.09), (0.062, 0.062, 0.085)),
        ball("head", head_at, (big * 1.05, big, big * 0.92)),
    ]
    if variant != "hamster":
        parts += chain((0, -0.025, 0.175), head_at + (0, 0.02, -0.02), 0.048, 0.044, 6)
    muzzle = {"fox": 0.050, "dog": 0.045, "cub": 0.036, "lion": 0.042}.get(variant, 0.016)
    nose = head_at + (0, -big - muzzle, -0.014)
    parts += chain(head_at + (0, -0.6 * big, -0.012), nose + (0, 0.012, -0.004), 0.034, 0.016 if fox else 0.022, 6)
    for side in (-1, 1):
        parts += chain((side * 0.038, -0.05, 0.12), (side * 0.035, -0.085, 0.014), 0.027, 0.021, 9)
        parts += [ball("paw", (side * 0.035, -0.098, 0.014), (0.022, 0.03, 0.015))]
        parts += [ball("haunch", (side * 0.062, 0.02, 0.055), (0.042, 0.062, 0.055))]
        parts += [ball("foot", (side * 0.075, -0.045, 0.014), (0.022, 0.042, 0.015))]
        base = head_at + (side * 0.62 * big, 0.012, 0.62 * big)
        if cat or fox:
            tip = base + (side * 0.018, 0.0, 0.062 if fox else 0.045)
            parts += chain(base, tip, 0.026, 0.004, 9)
        elif dog and random.random() < 0.6:
            parts += chain(base + (side * 0.01, 0, 0), base + (side * 0.035, -0.01, -0.085), 0.020, 0.017, 8)
        else:
            parts += [ball("ear", base + (side * 0.01, 0, 0.012), (0.024, 0.010, 0.024))]
    face = {"nose": nose, "eye": random.uniform(0.008, 0.012)}
    face["eyes"] = [head_at + (side * 0.44 * big, -0.84 * big, 0.18 * big) for side in (-1, 1)]
    if variant == "lion":
        face["mane"] = head_at + (0, 0.03, 0)
    if variant not in ("cub", "hamster"):
        bend = random.uniform(-1, 1)
        path = shapes.smooth_path([(0, 0.12, 0.04), (0.09 * bend, 0.20, 0.04), (0.16 * bend, 0.20, 0.13), (0.15 * bend, 0.19, 0.22)], 44)
        size = 0.030 if fox else 0.016
        parts += [ball("tail", p, [size * s] * 3, detail=14) for p, s in zip(path, np.linspace(0.8, 1.0, 44))]
        if fox or random.random() < 0.4:
            face["tail"] = path[::4]
    return parts, face


def rabbit(random, variant: str):
    ball, chain = shapes.ball, plush.chain
    head_at = np.array([0, -0.085, 0.145])
    parts = [
        ball("body", (0, 0.03, 0.085), (0.075, 0.105, 0.085)),
        ball("chest", (0, -0.055, 0.085), (0.052, 0.045, 0.062)),
        ball("head", head_at, (0.044, 0.055, 0.047)),
        ball("tail", (0, 0.14, 0.06), (0.026, 0.024, 0.026)),
    ]
    lop = random.random() < 0.35
    for side in (-1, 1):
        parts += chain((side * 0.03, -0.075, 0.06), (side * 0.03, -0.095, 0.012), 0.019, 0.015, 6)
        parts += [ball("foot", (side * 0.055, 0.0, 0.014), (0.022, 0.058, 0.015))]
        base = head_at + (side * 0.02, 0.02, 0.035)
        tip = base + ((side * 0.06, 0.0, -0.10) if lop else (side * random.uniform(0.01, 0.05), random.uniform(0, 0.06), 0.125))
        for t in np.linspace(0, 1, 12):
            width = 0.009 + 0.011 * math.sin(math.pi * min(1, 0.15 + 0.8 * t))
            out = 0.03 * math.sin(math.pi * t) * side * lop
            parts.append(ball("ear", base + (tip - base) * t + (out, 0, 0), (width, 0.009, 0.014), detail=14))
    face = {"nose": head_at + (0, -0.058, -0.006), "eye": 0.0095}
    face["eyes"] = [head_at + (side * 0.036, -0.026, 0.012) for side in (-1, 1)]
    return parts, face


def squirrel(random, variant: str):
    parts, face = rabbit(random, variant)
    parts = [part for part in parts if part.name.split(".")[0] not in ("ear", "tail")]
    head_at = np.array([0, -0.085, 0.145])
    for side in (-1, 1):
        parts += plush.chain(head_at + (side * 0.024, 0.015, 0.03), head_at + (side * 0.03, 0.015, 0.075), 0.013, 0.004, 7)
    path = shapes.smooth_path([(0, 0.11, 0.05), (0, 0.19, 0.08), (0, 0.20, 0.18), (0, 0.15, 0.26), (0, 0.19, 0.31)], 18)
    parts += [shapes.ball("tail", p, [0.028] * 3, detail=14) for p in path]
    face["tail"] = path
    return parts, face


def chick(random, variant: str):
    ball = shapes.ball
    head_at = np.array([0, -0.05, 0.165])
    parts = [
        ball("body", (0, 0.02, 0.085), (0.07, 0.085, 0.07)),
        ball("head", head_at, (0.046, 0.046, 0.045)),
        ball("neck", (0, -0.03, 0.125), (0.045, 0.045, 0.04)),
    ]
    parts += [ball("wing", (side * 0.066, 0.03, 0.09), (0.016, 0.055, 0.04)) for side in (-1, 1)]
    face = {"nose": head_at + (0, -0.055, -0.004), "eye": 0.008}
    face["eyes"] = [head_at + (side * 0.031, -0.032, 0.01) for side in (-1, 1)]
    return parts, face


def pompom(random, variant: str):
    return [shapes.ball("ball", (0, 0, 0.1), (0.085, 0.085, 0.08))], None
