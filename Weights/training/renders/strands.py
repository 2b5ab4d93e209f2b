"""Hair shared by heads and animals: cheap fibres, children between guides, colour by strand."""

import bpy
import numpy as np
from mathutils import kdtree

from .scenes import paints, shapes

unit = shapes.unit


def fibre(name: str, roughness: float = 0.3, value: float = 0.35, shine: float = 1.0) -> bpy.types.Material:
    """Coloured by the strands' own `tint`, with a spread from strand to strand.

    The physical hair model costs three times as much and wants ten bounces to look blond; a lit
    and a transmitting lobe over a little diffuse light are near enough at this size.
    """
    m = paints.Material(name)
    tint = m.add("Attribute", attribute_name="tint").outputs["Color"]
    spread = m.maths("ADD", m.maths("MULTIPLY", m.add("HairInfo").outputs["Random"], 2 * value), 1 - value)
    colour = m.add("HueSaturation", {"Color": tint, "Value": spread}).outputs[0]
    pale = m.mix(0.13 * shine, colour, (0.9, 0.9, 0.9))
    body = m.add("BsdfDiffuse", {"Color": colour})
    gloss = m.add("BsdfHair", {"Color": pale, "RoughnessU": roughness, "RoughnessV": 0.8})
    through = m.add("BsdfHair", {"Color": colour, "RoughnessU": 0.5, "RoughnessV": 1.0}, component="Transmission")
    both = m.add("MixShader", {"Fac": 0.4})
    m.set(both.inputs[1], gloss.outputs[0])
    m.set(both.inputs[2], through.outputs[0])
    all_of_it = m.add("MixShader", {"Fac": 0.62})
    m.set(all_of_it.inputs[1], body.outputs[0])
    m.set(all_of_it.inputs[2], both.outputs[0])
    return m.surface(all_of_it)


def put_strands(stage, name, points, radius, material, tint) -> bpy.types.Object:
    """Strands `(count, steps, 3)` with a colour each."""
    thing = shapes.strands(name, points, radius, material)
    attribute = thing.data.attributes.new("tint", "FLOAT_COLOR", "CURVE")
    rgba = np.ones((len(points), 4), np.float32)
    rgba[:, :3] = tint
    attribute.data.foreach_set("color", rgba.ravel())
    return stage.put(thing)


def nearest(points: np.ndarray, leaders: np.ndarray) -> np.ndarray:
    """For each point the index of the closest leader."""
    tree = kdtree.KDTree(len(leaders))
    for index, leader in enumerate(leaders):
        tree.insert(leader, index)
    tree.balance()
    return np.array([tree.find(point)[1] for point in points])


def resample(paths: np.ndarray, steps: int) -> np.ndarray:
    """The same strands with another number of points."""
    old = np.linspace(0, 1, paths.shape[1])
    at = np.linspace(0, 1, steps)
    index = np.clip(np.searchsorted(old, at, side="right") - 1, 0, len(old) - 2)
    part = ((at - old[index]) / (old[index + 1] - old[index]))[None, :, None]
    return paths[:, index] * (1 - part) + paths[:, index + 1] * part


def frames(paths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two directions across every strand, turning as little as it does."""
    tangent = unit(np.gradient(paths, axis=1))
    reference = np.where(np.abs(tangent[..., 2:]) > 0.9, (1.0, 0.0, 0.0), (0.0, 0.0, 1.0))
    across = unit(np.cross(tangent, reference))
    return across, np.cross(tangent, across)


def lengths(paths: np.ndarray) -> np.ndarray:
    """Arc length from the root, `(count, steps, 1)`."""
    step = np.linalg.norm(np.diff(paths, axis=1), axis=-1)
    return np.concatenate([np.zeros((len(paths), 1)), np.cumsum(step, axis=1)], axis=1)[..., None]
