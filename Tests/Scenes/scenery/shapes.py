"""Meshes from numbers: primitives, turned and lofted surfaces, tubes, and hair strands."""

import math

import bmesh
import bpy
import numpy as np
from mathutils import Matrix


def mesh(name, vertices, faces, material=None, smooth=True):
    data = bpy.data.meshes.new(name)
    data.from_pydata([tuple(map(float, v)) for v in vertices], [], [tuple(map(int, f)) for f in faces])
    data.update()
    if smooth:
        data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    if material:
        data.materials.append(material)
    return bpy.data.objects.new(name, data)


def box(name, centre, size, material, bevel=0.0, segments=3, turn=0.0):
    build = bmesh.new()
    bmesh.ops.create_cube(build, size=1.0, matrix=Matrix.Diagonal((*size, 1)))
    data = bpy.data.meshes.new(name)
    build.to_mesh(data)
    build.free()
    data.materials.append(material)
    thing = bpy.data.objects.new(name, data)
    thing.location, thing.rotation_euler = centre, (0, 0, turn)
    if bevel:
        modifier = thing.modifiers.new("bevel", "BEVEL")
        modifier.width, modifier.segments = bevel, segments
        data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    return thing


def ball(name, centre, radii, material=None, rotation=(0, 0, 0), detail=32):
    build = bmesh.new()
    bmesh.ops.create_uvsphere(build, u_segments=2 * detail, v_segments=detail, radius=1.0)
    data = bpy.data.meshes.new(name)
    build.to_mesh(data)
    build.free()
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    if material:
        data.materials.append(material)
    thing = bpy.data.objects.new(name, data)
    thing.location, thing.scale, thing.rotation_euler = centre, radii, rotation
    return thing


def grid(name, points, material=None, closed_u=False, closed_v=False, smooth=True):
    """A surface through a `(u, v, 3)` array of points."""
    u, v = points.shape[:2]
    faces = []
    for i in range(u if closed_u else u - 1):
        for j in range(v if closed_v else v - 1):
            a, b = (i + 1) % u, (j + 1) % v
            faces.append((i * v + j, a * v + j, a * v + b, i * v + b))
    return mesh(name, points.reshape(-1, 3), faces, material, smooth)


def turned(name, profile, material=None, segments=96):
    """A surface of revolution about z from `(radius, height)` pairs."""
    angle = np.linspace(0, 2 * math.pi, segments, endpoint=False)
    r, z = np.asarray(profile, float).T
    points = np.stack([np.outer(np.cos(angle), r), np.outer(np.sin(angle), r), np.broadcast_to(z, (segments, len(z)))], axis=-1)
    return grid(name, points, material, closed_u=True)


def smooth_path(points, count):
    """Catmull-Rom through the points, `count` samples evenly spread over the spans."""
    p = np.asarray(points, float)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, len(p) - 3, count)
    i = np.minimum(t.astype(int), len(p) - 4)
    s = (t - i).reshape(-1, *[1] * (p.ndim - 1))
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * s + (2 * a - 5 * b + 4 * c - d) * s**2 + (3 * b - a - 3 * c + d) * s**3)


def tube(name, path, radius, material=None, sides=12, flat=1.0, up=(0, 0, 1)):
    """A tube along a path; `radius` may vary along it, `flat` squeezes it along its normal."""
    path = np.asarray(path, float)
    radius = np.broadcast_to(np.asarray(radius, float), len(path))
    tangent = np.gradient(path, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True) + 1e-12
    normal = np.asarray(up, float) - tangent * (tangent @ np.asarray(up, float))[:, None]
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-12
    side = np.cross(tangent, normal)
    angle = np.linspace(0, 2 * math.pi, sides, endpoint=False)
    ring = np.cos(angle)[None, :, None] * side[:, None] + flat * np.sin(angle)[None, :, None] * normal[:, None]
    points = path[:, None] + radius[:, None, None] * ring
    thing = grid(name, points, material, closed_v=True)
    return thing


def blend(name, parts, voxel, rounds, material=None):
    """Joins overlapping objects into one skin: voxel remesh, then smoothing of the joints."""
    build = bmesh.new()
    for part in parts:
        matrix = Matrix.LocRotScale(part.location, part.rotation_euler, part.scale)
        copy = part.data.copy()
        copy.transform(matrix)
        build.from_mesh(copy)
    data = bpy.data.meshes.new(name)
    build.to_mesh(data)
    build.free()
    thing = bpy.data.objects.new(name, data)
    bpy.context.scene.collection.objects.link(thing)
    remesh = thing.modifiers.new("remesh", "REMESH")
    remesh.mode, remesh.voxel_size, remesh.use_smooth_shade = "VOXEL", voxel, True
    relax = thing.modifiers.new("relax", "SMOOTH")
    relax.factor, relax.iterations = 0.5, rounds
    skin = bpy.data.meshes.new_from_object(thing.evaluated_get(bpy.context.evaluated_depsgraph_get()))
    bpy.data.objects.remove(thing)
    skin.polygons.foreach_set("use_smooth", [True] * len(skin.polygons))
    if material:
        skin.materials.append(material)
    return bpy.data.objects.new(name, skin)


def scatter(thing, count, random):
    """`count` points spread evenly over a mesh, with smooth normals."""
    data = thing.data
    data.calc_loop_triangles()
    indices = np.empty(3 * len(data.loop_triangles), np.int32)
    data.loop_triangles.foreach_get("vertices", indices)
    corners = indices.reshape(-1, 3)
    vertices = np.empty(3 * len(data.vertices), np.float32)
    normals = np.empty(3 * len(data.vertices), np.float32)
    data.vertices.foreach_get("co", vertices)
    data.vertices.foreach_get("normal", normals)
    a, b, c = vertices.reshape(-1, 3)[corners].swapaxes(0, 1).astype(float)
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    pick = random.choice(len(area), count, p=area / area.sum())
    u, v = random.random((2, count, 1))
    flip = u + v > 1
    u, v = np.where(flip, 1 - u, u), np.where(flip, 1 - v, v)
    n = normals.reshape(-1, 3)[corners[pick]].astype(float)
    normal = n[:, 0] * (1 - u - v) + n[:, 1] * u + n[:, 2] * v
    point = a[pick] * (1 - u - v) + b[pick] * u + c[pick] * v
    return point, normal / np.linalg.norm(normal, axis=1, keepdims=True)


def strands(name, points, radius, material):
    """Hair from a `(strand, point, 3)` array; `radius` broadcasts to `(strand, point)`."""
    count, steps = points.shape[:2]
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([steps] * count)
    curves.attributes["position"].data.foreach_set("vector", points.astype(np.float32).ravel())
    width = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    width.data.foreach_set("value", np.broadcast_to(radius, (count, steps)).astype(np.float32).ravel())
    curves.materials.append(material)
    return bpy.data.objects.new(name, curves)


def drift(points, wavelength, random, waves=24):
    """A smooth random vector field (a sum of sines), about unit size."""
    direction = random.normal(size=(waves, 3)) * (2 * math.pi / wavelength) / math.sqrt(3)
    phase = random.random(waves) * 2 * math.pi
    amount = random.normal(size=(waves, 3)) * math.sqrt(2 / waves)
    shape = points.shape
    return (np.sin(points.reshape(-1, 3) @ direction.T + phase) @ amount).reshape(shape)


def unit(vectors):
    return vectors / (np.linalg.norm(vectors, axis=-1, keepdims=True) + 1e-12)
