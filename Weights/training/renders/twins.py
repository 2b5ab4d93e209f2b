"""Materials for the alpha render.

Without glass: the same holes, all else plain white light, so that what adds up to a pixel is
coverage. With glass the picture is lit from behind instead: the world is white, what is opaque is
black, and glass refracts what its surface does not mirror. A renderer tosses a coin between
mirroring and refracting, which takes thousands of samples to settle; here the share that is mirrored
is taken off the light instead and every path goes through, so a few samples are exact. As with
Cycles' transparent film glass, a reflection counts as opaque.
"""

from collections.abc import Iterable

import bpy

REFRACTS = "BSDF_GLASS"


def matte_twins(things: Iterable[bpy.types.Object], backlit: bool) -> None:
    """Swaps every material for its twin."""
    made: dict[str, bpy.types.Material] = {}
    for thing in things:
        materials = getattr(thing.data, "materials", None)
        if materials is None:
            continue
        if not len(materials):
            materials.append(_empty())
        for index, material in enumerate(materials):
            if material.name not in made:
                made[material.name] = _glass(material) if has_glass(material) else _plain(material, backlit)
            materials[index] = made[material.name]


def has_glass(material: bpy.types.Material) -> bool:
    return any(node.type == REFRACTS for node in material.node_tree.nodes)


def _empty() -> bpy.types.Material:
    bare = bpy.data.materials.new("bare")
    bare.use_nodes = True
    return bare


def _plain(material: bpy.types.Material, backlit: bool) -> bpy.types.Material:
    twin = material.copy()
    twin.cycles.emission_sampling = "NONE"  # it lights nothing: only its being seen counts
    tree = twin.node_tree
    white = tree.nodes.new("ShaderNodeEmission")
    white.inputs["Strength"].default_value = 0.0 if backlit else 1.0
    surface = next(node for node in tree.nodes if node.type == "OUTPUT_MATERIAL").inputs["Surface"]
    source = surface.links[0].from_node
    if source.type == "MIX_SHADER":  # cloth with holes: a mix of nothing and something
        kinds = [socket.links[0].from_node.type if socket.links else "" for socket in source.inputs[1:]]
        if "BSDF_TRANSPARENT" in kinds:
            tree.links.new(white.outputs[0], source.inputs[1 + (kinds[0] == "BSDF_TRANSPARENT")])
            return twin
    tree.links.new(white.outputs[0], surface)
    return twin


def _glass(material: bpy.types.Material) -> bpy.types.Material:
    twin = material.copy()
    tree = twin.node_tree
    nodes, links = tree.nodes, tree.links
    glass = next(node for node in nodes if node.type == REFRACTS)
    mirrored, kept = nodes.new("ShaderNodeFresnel"), nodes.new("ShaderNodeMath")
    mirrored.inputs["IOR"].default_value = glass.inputs["IOR"].default_value
    kept.operation = "SUBTRACT"
    kept.inputs[0].default_value = 1.0
    links.new(mirrored.outputs[0], kept.inputs[1])
    dyed = nodes.new("ShaderNodeMix")
    dyed.data_type = "RGBA"
    dyed.inputs[6].default_value = (0, 0, 0, 1)
    dyed.inputs[7].default_value = glass.inputs["Color"].default_value
    links.new(kept.outputs[0], dyed.inputs[0])
    through = nodes.new("ShaderNodeBsdfRefraction")
    through.inputs["IOR"].default_value = glass.inputs["IOR"].default_value
    through.inputs["Roughness"].default_value = glass.inputs["Roughness"].default_value
    links.new(dyed.outputs[2], through.inputs["Color"])
    surface = next(node for node in nodes if node.type == "OUTPUT_MATERIAL").inputs["Surface"]
    links.new(through.outputs[0], surface)
    return twin
