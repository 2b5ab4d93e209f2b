"""Many small surfaces as one mesh: a tree's leaves, a fern's leaflets, a wheel's spokes."""

from collections.abc import Callable, Sequence

import bpy
import numpy as np

from .scenes import shapes

unit = shapes.unit


def sheets(name: str, grids: Sequence[np.ndarray], material, closed: bool = False, smooth: bool = True) -> bpy.types.Object:
    """One object from `(u, v, 3)` grids, `closed` along v for tubes.

    Carries `along`, `across` (0 to 1) and `lot` (random a sheet) for materials. Built from arrays:
    Blender's list of Python tuples takes seconds for a tree.
    """
    vertices, loops, along, across, lot, base = [], [], [], [], [], 0
    random = np.random.default_rng(len(grids))
    for grid in grids:
        u, v = grid.shape[:2]
        i, j = np.meshgrid(np.arange(u - 1), np.arange(v if closed else v - 1), indexing="ij")
        k = (j + 1) % v
        quads = np.stack([i * v + j, (i + 1) * v + j, (i + 1) * v + k, i * v + k], axis=-1)
        loops.append(quads.reshape(-1, 4) + base)
        vertices.append(grid.reshape(-1, 3))
        along.append(np.repeat(np.linspace(0, 1, u), v))
        across.append(np.tile(np.linspace(0, 1, v), u))
        lot.append(np.full(u * v, random.random()))
        base += u * v
    data = bpy.data.meshes.new(name)
    corners = np.concatenate(loops).astype(np.int32)
    points = np.concatenate(vertices).astype(np.float32)
    data.vertices.add(len(points))
    data.vertices.foreach_set("co", points.ravel())
    data.loops.add(corners.size)
    data.loops.foreach_set("vertex_index", corners.ravel())
    data.polygons.add(len(corners))
    data.polygons.foreach_set("loop_start", np.arange(0, corners.size, 4, dtype=np.int32))
    data.update(calc_edges=True)
    data.polygons.foreach_set("use_smooth", np.full(len(corners), smooth))
    for key, values in (("along", along), ("across", across), ("lot", lot)):
        attribute = data.attributes.new(key, "FLOAT", "POINT")
        attribute.data.foreach_set("value", np.concatenate(values).astype(np.float32))
    data.materials.append(material)
    return bpy.data.objects.new(name, data)


def pipe(path: np.ndarray, radius: float | np.ndarray, sides: int = 8, ends: bool = False) -> np.ndarray:
    """A tube round a path as a grid closed along v; `ends` draws it shut."""
    path = np.asarray(path, float)
    radius = np.broadcast_to(np.asarray(radius, float), len(path)).copy()
    tangent = unit(np.gradient(path, axis=0))
    # Carried along the path, so the ring never twists.
    normal = np.cross(tangent[0], (0.31, 0.52, 0.79))
    normals = []
    for direction in tangent:
        normal = normal - direction * (normal @ direction)
        normal = normal / (np.linalg.norm(normal) + 1e-12)
        normals.append(normal)
    normals = np.array(normals)
    side = np.cross(tangent, normals)
    if ends:
        path, normals, side = (np.concatenate([a[:1], a, a[-1:]]) for a in (path, normals, side))
        radius = np.concatenate([[1e-6], radius, [1e-6]])
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    ring = np.cos(angle)[None, :, None] * side[:, None] + np.sin(angle)[None, :, None] * normals[:, None]
    return path[:, None] + radius[:, None, None] * ring


def loop(path: np.ndarray, radius: float, sides: int = 10) -> np.ndarray:
    """A tube whose path ends where it began."""
    path = np.asarray(path, float)
    closed = np.concatenate([path[-1:], path, path[:2]])
    return pipe(closed, radius, sides)[1:-1]


def blades(
    start,
    way,
    above,
    length,
    width,
    droop,
    outline: Callable[[np.ndarray], np.ndarray],
    fold=0.3,
    steps=9,
    columns=5,
    wave=0.0,
):
    """Leaves `(count, steps, columns, 3)`: from `start` along `way`, bending away from `above`."""
    start, way, above = (np.asarray(a, float) for a in (start, way, above))
    count = len(start)
    length, width, droop, fold = (np.broadcast_to(np.asarray(a, float), count)[:, None] for a in (length, width, droop, fold))
    way = unit(way)
    above = unit(above - way * np.sum(above * way, axis=1, keepdims=True))
    side = np.cross(way, above)
    t = np.linspace(0, 1, steps)[None]
    angle = droop * t**1.2
    forward = np.cos(angle)[..., None] * way[:, None] - np.sin(angle)[..., None] * above[:, None]
    lift = np.sin(angle)[..., None] * way[:, None] + np.cos(angle)[..., None] * above[:, None]
    step = length[..., None] / (steps - 1)
    spine = start[:, None] + np.concatenate([np.zeros((count, 1, 3)), np.cumsum(forward[:, :-1] * step, axis=1)], axis=1)
    s = np.linspace(-1, 1, columns)
    half = 0.5 * width * outline(t)
    points = spine[:, :, None] + half[..., None, None] * s[None, None, :, None] * side[:, None, None]
    raised = fold[..., None] * half[..., None] * np.abs(s)
    if wave:
        phase = np.arange(count)[:, None, None] * 2.4
        raised = raised + wave * half[..., None] * np.abs(s) * np.sin(14 * t[..., None] + phase)
    return points + raised[..., None] * lift[:, :, None]
