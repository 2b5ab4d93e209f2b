"""Procedural materials: no image is loaded anywhere."""

import bpy


class Material:
    """A material under construction: `add` makes a node and sets or links its inputs."""

    def __init__(self, name):
        self.data = bpy.data.materials.new(name)
        self.data.use_nodes = True
        self.tree = self.data.node_tree
        self.tree.nodes.clear()
        self.output = self.tree.nodes.new("ShaderNodeOutputMaterial")

    def add(self, kind, inputs=None, **properties):
        node = self.tree.nodes.new("ShaderNode" + kind)
        for key, value in properties.items():
            setattr(node, key, value)
        for key, value in (inputs or {}).items():
            self.set(node.inputs[key], value)
        return node

    def set(self, socket, value):
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif isinstance(value, tuple) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1)
        else:
            socket.default_value = value

    def surface(self, shader):
        self.tree.links.new(shader.outputs[0], self.output.inputs["Surface"])
        return self.data

    def position(self, scale=(1, 1, 1), rotation=(0, 0, 0), source="Object"):
        coordinates = self.add("TexCoord").outputs[source]
        mapping = self.add("Mapping", {"Vector": coordinates, "Scale": scale, "Rotation": rotation})
        return mapping.outputs[0]

    def noise(self, vector, scale, detail=4.0, roughness=0.55, distortion=0.0):
        inputs = {"Vector": vector, "Scale": scale, "Detail": detail, "Roughness": roughness}
        return self.add("TexNoise", inputs | {"Distortion": distortion}).outputs["Fac"]

    def ramp(self, value, *stops):
        """Colours at positions: `(0.2, (r, g, b)), ...`, at least two."""
        node = self.add("ValToRGB", {"Fac": value})
        elements = node.color_ramp.elements
        while len(elements) < len(stops):
            elements.new(0.5)
        for element, (at, colour) in zip(elements, stops):
            element.position, element.color = at, (*colour, 1)
        return node.outputs["Color"]

    def mix(self, factor, a, b, blend="MIX"):
        node = self.add("Mix", data_type="RGBA", blend_type=blend)
        for socket, value in zip((node.inputs[0], node.inputs[6], node.inputs[7]), (factor, a, b)):
            self.set(socket, value)
        return node.outputs[2]

    def maths(self, operation, a, b=0.0):
        node = self.add("Math", operation=operation)
        self.set(node.inputs[0], a)
        self.set(node.inputs[1], b)
        return node.outputs[0]

    def bump(self, height, strength, distance):
        return self.add("Bump", {"Height": height, "Strength": strength, "Distance": distance}).outputs[0]

    def principled(self, colour, roughness=0.5, **inputs):
        named = {key.replace("_", " "): value for key, value in inputs.items()}
        return self.surface(self.add("BsdfPrincipled", {"Base Color": colour, "Roughness": roughness} | named))


def plain(name, colour, roughness=0.5, **inputs):
    return Material(name).principled(colour, roughness, **inputs)


def emission(name, colour, strength):
    m = Material(name)
    return m.surface(m.add("Emission", {"Color": colour, "Strength": strength}))


def paint(name, colour, roughness=0.75, relief=0.0004, size=60.0):
    """Rolled wall paint: nearly even, with a fine orange-peel relief."""
    m = Material(name)
    where = m.position()
    dark = tuple(0.93 * c for c in colour)
    shade = m.ramp(m.noise(where, 1.7, 6), (0.35, dark), (0.65, colour))
    return m.principled(shade, roughness, Normal=m.bump(m.noise(where, size, 3), 0.5, relief))


def wood(name, dark, light, board=0.14, length=1.6, roughness=0.42, coat=0.0):
    """Boards along x with end joints, each with its own tone and its own figure."""
    m = Material(name)
    where = m.position()
    bricks = {
        "Vector": where,
        "Scale": 1.0,
        "Brick Width": length,
        "Row Height": board,
        "Mortar Size": 0.0009,
        "Mortar Smooth": 0.3,
        "Color1": (0, 0, 0),
        "Color2": (1, 1, 1),
        "Mortar": (0.5, 0.5, 0.5),
    }
    layout = m.add("TexBrick", bricks, offset=0.37, offset_frequency=2, squash=1.0)
    tone, joint = layout.outputs["Color"], layout.outputs["Fac"]
    # Shift the figure from board to board, then stretch it along the grain.
    moved = m.add("VectorMath", operation="MULTIPLY_ADD")
    m.set(moved.inputs[0], tone)
    moved.inputs[1].default_value = (7.3, 3.1, 5.7)
    m.set(moved.inputs[2], where)
    grain = m.add("Mapping", {"Vector": moved.outputs[0], "Scale": (1.6, 22, 22)}).outputs[0]
    rings = m.add("Mapping", {"Vector": moved.outputs[0], "Scale": (0.55, 6.5, 6.5)}).outputs[0]
    figure = m.noise(rings, 2.2, 3, 0.5, 1.6)
    bands = m.maths("PINGPONG", m.maths("MULTIPLY", figure, 9.0), 0.5)
    fibre = m.noise(grain, 6.0, 8, 0.7, 0.3)
    value = m.maths("ADD", m.maths("MULTIPLY", bands, 0.55), m.maths("MULTIPLY", fibre, 0.75))
    middle = tuple(0.5 * (a + b) for a, b in zip(dark, light))
    colour = m.ramp(value, (0.25, dark), (0.5, middle), (0.8, light))
    lighter = m.mix(m.maths("MULTIPLY", tone, 0.3), colour, tuple(min(1, 1.25 * c) for c in light))
    seam = m.mix(joint, lighter, tuple(0.25 * c for c in dark))
    height = m.maths("SUBTRACT", m.maths("MULTIPLY", fibre, 0.12), joint)
    rough = m.maths("ADD", m.maths("MULTIPLY", fibre, 0.25), roughness - 0.12)
    return m.principled(seam, rough, Normal=m.bump(height, 0.55, 0.0012), Coat_Weight=coat, Coat_Roughness=0.25)


def cloth(name, colour, thread=0.0012, sheen=0.3, roughness=0.9, relief=0.6, source="Object"):
    """A plain weave: two crossed waves as relief, uneven dye, a soft sheen."""
    m = Material(name)
    where = m.position(source=source)

    def wave(direction):
        inputs = {"Vector": where, "Scale": 0.314 / thread, "Distortion": 0.6, "Detail Scale": 2.0}
        return m.add("TexWave", inputs, bands_direction=direction).outputs["Fac"]

    weave = m.maths("MULTIPLY", wave("X"), wave("Z"))
    shade = m.ramp(m.noise(where, 9, 5), (0.3, tuple(0.82 * c for c in colour)), (0.7, colour))
    shade = m.mix(m.maths("MULTIPLY", weave, 0.25), shade, tuple(min(1, 1.2 * c) for c in colour))
    return m.principled(shade, roughness, Normal=m.bump(weave, relief, thread * 0.5), Sheen_Weight=sheen)


def hair(name, colour, roughness=0.35, radial=0.4, variation=0.25, random_roughness=0.2, tip=None):
    """Fibres of one colour with a spread from strand to strand, optionally another at the tips."""
    m = Material(name)
    info = m.add("HairInfo")
    if tip:
        colour = m.mix(info.outputs["Intercept"], colour, tip)
    spread = m.maths("ADD", m.maths("MULTIPLY", info.outputs["Random"], 2 * variation), 1 - variation)
    varied = m.add("HueSaturation", {"Color": colour, "Value": spread}).outputs[0]
    fibre = m.add(
        "BsdfHairPrincipled",
        {
            "Color": varied,
            "Roughness": roughness,
            "Radial Roughness": radial,
            "Random Roughness": random_roughness,
            "Random": info.outputs["Random"],
        },
        parametrization="COLOR",
        model="CHIANG",
    )
    return m.surface(fibre)


def glass(name, colour=(1, 1, 1), index=1.5, roughness=0.0):
    m = Material(name)
    return m.surface(m.add("BsdfGlass", {"Color": colour, "IOR": index, "Roughness": roughness}))
