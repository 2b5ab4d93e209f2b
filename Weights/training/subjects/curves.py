"""Curves and outlines: arrays of points (n, 2), y downwards."""

import numpy as np

RNG = np.random.Generator


def smooth(points: np.ndarray, per_span: int = 16, closed: bool = False) -> np.ndarray:
    """A Catmull-Rom curve through points (..., n, 2)."""
    p = np.asarray(points, np.float32)
    if closed:
        p = np.concatenate([p[..., -1:, :], p, p[..., :2, :]], -2)
    else:
        p = np.concatenate([2 * p[..., :1, :] - p[..., 1:2, :], p, 2 * p[..., -1:, :] - p[..., -2:-1, :]], -2)
    t = np.linspace(0, 1, per_span, endpoint=False, dtype=np.float32)[:, None]
    a, b, c, d = (p[..., i : p.shape[-2] - 3 + i, None, :] for i in range(4))
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    curve = curve.reshape(*curve.shape[:-3], -1, 2)
    return curve if closed else np.concatenate([curve, p[..., -2:-1, :]], -2)


def resample(points: np.ndarray, count: int) -> np.ndarray:
    """The same polyline with vertices at equal distances."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0], np.cumsum(steps)])
    want = np.linspace(0, along[-1], count)
    return np.stack([np.interp(want, along, points[:, i]) for i in (0, 1)], 1).astype(np.float32)


def normals(points: np.ndarray) -> np.ndarray:
    """Unit normals of polylines (..., n, 2), to the right of their direction as seen with y downwards."""
    tangent = np.gradient(points, axis=-2)
    tangent /= np.linalg.norm(tangent, axis=-1, keepdims=True) + 1e-6
    return np.stack([-tangent[..., 1], tangent[..., 0]], -1)


def ellipse(centre, radii, count: int = 64, angle: float = 0.0, power: float = 2.0) -> np.ndarray:
    """An ellipse, or with another power a rounded box (above 2) or a diamond (below)."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    shape = [np.sign(f) * np.abs(f) ** (2 / power) for f in (np.cos(t), np.sin(t))]
    return turned(np.stack(shape, 1) * np.asarray(radii), angle) + np.asarray(centre)


def turned(points: np.ndarray, angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


def box(centre, size, radius: float = 0.0, angle: float = 0.0) -> np.ndarray:
    """A rectangle with rounded corners."""
    w, h = np.asarray(size) / 2
    r = min(radius, w, h)
    corners = [((w - r, h - r), 0), ((-w + r, h - r), 1), ((-w + r, -h + r), 2), ((w - r, -h + r), 3)]
    t = np.linspace(0, np.pi / 2, 12 if r > 0 else 1)
    arcs = [np.asarray(c) + r * np.stack([np.cos(t + q * np.pi / 2), np.sin(t + q * np.pi / 2)], 1) for c, q in corners]
    return turned(np.concatenate(arcs), angle) + np.asarray(centre)


def blob(rng: RNG, centre, radius: float, roughness: float = 0.25, harmonics: int = 5) -> np.ndarray:
    """A smooth closed curve around a centre."""
    t = np.linspace(0, 2 * np.pi, 160, endpoint=False)
    r = np.ones_like(t)
    for k in range(2, 2 + harmonics):
        r += roughness / k * rng.normal() * np.cos(k * t + rng.uniform(0, 2 * np.pi))
    r = np.clip(r, 0.35, 1.8) * radius
    return np.stack([np.cos(t), np.sin(t)], 1) * r[:, None] + np.asarray(centre)


def band(spine: np.ndarray, half) -> np.ndarray:
    """The outline of a stroke along a spine, `half` its half width at every vertex, or a pair for its two sides."""
    left, right = half if isinstance(half, tuple) else (half, half)
    across = normals(spine)
    return np.concatenate([spine + across * np.reshape(right, (-1, 1)), (spine - across * np.reshape(left, (-1, 1)))[::-1]])


def mirrored(profile: np.ndarray, centre_x: float) -> np.ndarray:
    """The outline of a thing that is symmetric about an upright axis, from rows (half width, y)."""
    right = np.stack([centre_x + profile[:, 0], profile[:, 1]], 1)
    left = np.stack([centre_x - profile[:, 0], profile[:, 1]], 1)
    return np.concatenate([right, left[::-1]])
