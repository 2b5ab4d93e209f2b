"""Random light: one to three lamps and a world, with the mean colour known.

Strengths are chosen as the radiance of a white card that faces the lamp, so a subject is exposed
about right whatever its size.
"""

import colorsys
import math

import bpy
import numpy as np
from mathutils import Vector

WARM, COOL = (1.0, 0.72, 0.45), (0.62, 0.78, 1.0)


def tint(random: np.random.Generator, strongest: float = 0.25) -> np.ndarray:
    """Mostly somewhere between a bulb and the sky, now and then a coloured lamp; mean about 1."""
    if random.random() < 0.14:
        colour = np.array(colorsys.hsv_to_rgb(random.random(), random.uniform(0.3, 0.75), 1.0))
    else:
        t = np.clip(random.normal(0.5, strongest), 0, 1)
        colour = np.array(WARM) * (1 - t) + np.array(COOL) * t
        colour = colour * 0.5 + 0.5 * colour.mean() if random.random() < 0.5 else colour
    return colour / (colour @ (0.2126, 0.7152, 0.0722))


def light(stage, view: dict[str, float]) -> dict[str, str]:
    """Lights the stage; returns the facts that a compositor can match a background with."""
    random, radius = stage.random, view["radius"]
    share = random.uniform(0.2, 0.8)  # of the world in all the light
    if random.random() < 0.12:
        share = 0.95  # overcast, a light tent
    ambient = tint(random) * share * random.uniform(0.75, 1.1)
    _world(stage, ambient)
    camera = np.array(stage.scene.camera.matrix_world)
    right, up, away = camera[:3, 0], camera[:3, 1], camera[:3, 2]
    total = ambient.copy()
    count = int(random.choice([1, 2, 3], p=[0.4, 0.35, 0.25]))
    centre = Vector(stage.points(200).mean(0))
    key = 0.0
    for index in range(count):
        if index == 0:
            side, height = random.uniform(-75, 75), random.uniform(5, 65)
            strength, key = (1 - share) * random.uniform(0.9, 1.6), side
        else:
            side, height = random.uniform(-180, 180), random.uniform(-10, 70)
            strength = (1 - share) * random.uniform(0.2, 1.3)
        a, b = math.radians(side), math.radians(height)
        way = right * math.sin(a) * math.cos(b) + away * math.cos(a) * math.cos(b) + up * math.sin(b)
        colour = tint(random)
        if random.random() < 0.3 and not stage.translucent:
            lamp = bpy.data.lights.new("sun", "SUN")
            lamp.energy, lamp.angle = math.pi * strength, math.radians(random.uniform(0.5, 12))
        else:
            distance = radius * random.uniform(2.5, 5)
            lamp = bpy.data.lights.new("lamp", "AREA")
            lamp.shape, lamp.size = "RECTANGLE", radius * random.uniform(0.4, 2.5)
            lamp.size_y = lamp.size * random.uniform(0.4, 2.5)
            lamp.energy = math.pi**2 * distance**2 * strength
        lamp.color = tuple(colour / colour.max())
        lamp.energy *= float(colour.max())
        body = bpy.data.objects.new("lamp", lamp)
        body.location = centre + Vector(way) * (distance if lamp.type == "AREA" else radius * 4)
        body.rotation_euler = Vector(-way).to_track_quat("-Z", "Y").to_euler()
        body.visible_camera = False
        stage.scene.collection.objects.link(body)
        # A card that faces the camera gets the cosine of it, a rounded subject about half as much more.
        total = total + colour * strength * (0.25 + 0.5 * max(0.0, math.cos(a) * math.cos(b)))
    return {
        "light": ",".join(f"{c:.3f}" for c in total / total.max()),
        "ambient": ",".join(f"{c:.3f}" for c in ambient / ambient.max()),
        "level": f"{total.mean():.3f}",
        "key": f"{key:.0f}",
    }


def _world(stage, ambient: np.ndarray) -> None:
    """Even, or brighter above than below; for mirrors, a room's worth of light and dark patches."""
    random = stage.random
    world = bpy.data.worlds.new("world")
    world.use_nodes = True
    stage.scene.world = world
    tree = world.node_tree
    background = tree.nodes["Background"]
    background.inputs["Color"].default_value = (*ambient, 1)
    background.inputs["Strength"].default_value = 1.0
    if not stage.shiny and random.random() < 0.35:
        return
    world.cycles.sampling_method, world.cycles.sample_map_resolution = "MANUAL", 128

    def node(kind: str, **inputs):
        made = tree.nodes.new("ShaderNode" + kind)
        for name, value in inputs.items():
            socket = made.inputs[name]
            if isinstance(value, bpy.types.NodeSocket):
                tree.links.new(value, socket)
            else:
                socket.default_value = value
        return made

    where = node("TexCoord").outputs["Generated"]
    height = node("SeparateXYZ", Vector=where).outputs["Z"]
    ramp = node("ValToRGB", Fac=node("MapRange", **{"Value": height, "From Min": -1.0}).outputs[0])
    ground, sky = ambient * tint(random) * random.uniform(0.15, 0.9), ambient * random.uniform(1.0, 1.6)
    horizon = ambient * tint(random) * random.uniform(0.6, 1.3)
    stops = [(0.0, ground * 0.8), (0.47, ground), (0.53, horizon), (1.0, sky)]
    while len(ramp.color_ramp.elements) < len(stops):
        ramp.color_ramp.elements.new(0.5)
    for element, (at, colour) in zip(ramp.color_ramp.elements, stops):
        element.position, element.color = at, (*colour, 1)
    colour = ramp.outputs["Color"]
    if stage.shiny:
        cells = node("TexVoronoi", Vector=where, Scale=float(random.uniform(1.2, 3.0)))
        cells.distance = "CHEBYCHEV"
        patch = node("ValToRGB", Fac=node("SeparateColor", Color=cells.outputs["Color"]).outputs[0])
        for element, (at, value) in zip(patch.color_ramp.elements, ((0.2, 0.12), (0.9, 1.9))):
            element.position, element.color = at, (value, value, value, 1)
        mixed = tree.nodes.new("ShaderNodeMix")
        mixed.data_type, mixed.blend_type = "RGBA", "MULTIPLY"
        mixed.inputs[0].default_value = float(random.uniform(0.6, 1.0))
        tree.links.new(colour, mixed.inputs[6])
        tree.links.new(patch.outputs["Color"], mixed.inputs[7])
        colour = mixed.outputs[2]
    tree.links.new(colour, background.inputs["Color"])


def backdrop(stage) -> np.ndarray:
    """For glass: an even colour behind it, seen directly and through it, so its tint can be measured."""
    tree = stage.scene.world.node_tree
    nodes, links = tree.nodes, tree.links
    old = nodes["Background"]
    plain = nodes.new("ShaderNodeBackground")
    colour = np.array([0.75, 0.75, 0.75]) * stage.random.uniform(0.5, 1.0)
    plain.inputs["Color"].default_value = (*colour, 1)
    path, mix = nodes.new("ShaderNodeLightPath"), nodes.new("ShaderNodeMixShader")
    either = nodes.new("ShaderNodeMath")
    either.operation = "MAXIMUM"
    links.new(path.outputs["Is Camera Ray"], either.inputs[0])
    links.new(path.outputs["Is Transmission Ray"], either.inputs[1])
    links.new(either.outputs[0], mix.inputs[0])
    links.new(old.outputs[0], mix.inputs[1])
    links.new(plain.outputs[0], mix.inputs[2])
    links.new(mix.outputs[0], nodes["World Output"].inputs["Surface"])
    return colour
