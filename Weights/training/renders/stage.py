"""One Blender scene holding one subject: the camera that frames it and the two renders made of it.

The colour is rendered with the subject's own materials and denoised. The alpha is a second render
in which every material is replaced by white light behind the same holes: one camera ray a sample
is all it needs, so it can afford many, and adaptive sampling spends them along the outline. With
glass, alpha is one minus what is let through; see `twins`.
"""

import math
import os
import tempfile
from collections.abc import Sequence

import bpy
import numpy as np
from mathutils import Vector

from .twins import matte_twins

SENSOR = 36.0  # millimetres, the camera's default


class Stage:
    def __init__(self, random: np.random.Generator, seed: int, threads: int) -> None:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.random = random
        self.scene = bpy.context.scene
        self.subject = bpy.data.collections.new("subject")
        self.scene.collection.children.link(self.subject)
        self.translucent = False  # glass: the background is seen through the subject
        self.shiny = False  # mirrors need a world with something in it
        self.azimuth = (-180.0, 180.0)  # degrees; 0 looks at the subject's front, its -y side
        self.elevation = (-5.0, 35.0)
        self.samples, self.alpha_samples = 16, 160
        self.guided_denoising = True  # by normals and albedo: three times as slow
        self.shrink = 1.0  # of the picture: dense hair costs most
        self.closest = 3.2  # how far a close-up may go in
        self._setup(seed, threads)

    def _setup(self, seed: int, threads: int) -> None:
        scene, cycles = self.scene, self.scene.cycles
        scene.render.engine, cycles.device, cycles.seed = "CYCLES", "CPU", seed % 2**31
        scene.render.threads_mode, scene.render.threads = "FIXED", threads
        scene.render.use_persistent_data = True
        scene.render.dither_intensity = 0
        scene.render.film_transparent = True
        scene.view_settings.view_transform = "Standard"
        cycles.sample_clamp_indirect, cycles.blur_glossy = 5, 0.5
        cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 4, 2, 3
        cycles.transmission_bounces, cycles.transparent_max_bounces = 4, 16
        cycles.caustics_reflective = cycles.caustics_refractive = False
        cycles.film_transparent_roughness = 0.35
        scene.cycles_curves.shape, scene.cycles_curves.subdivisions = "RIBBONS", 2

    def put(self, thing: bpy.types.Object, subject: bool = True) -> bpy.types.Object:
        """Adds an object; the signature is that of the test scenes' stage, whose parts are reused."""
        self.subject.objects.link(thing)
        return thing

    # -- where the subject is --------------------------------------------------------------------

    def points(self, most: int = 3000) -> np.ndarray:
        """Points of the subject in world space, a few thousand an object."""
        bpy.context.view_layer.update()
        found = []
        for thing in self.subject.objects:
            if thing.get("beyond"):  # may leave the frame, like the shoulders of a portrait
                continue
            if thing.type == "MESH":
                data = np.empty(3 * len(thing.data.vertices), np.float32)
                thing.data.vertices.foreach_get("co", data)
            elif thing.type == "CURVES":
                attribute = thing.data.attributes["position"].data
                data = np.empty(3 * len(attribute), np.float32)
                attribute.foreach_get("vector", data)
            else:
                continue
            local = data.reshape(-1, 3)
            local = local[:: max(1, len(local) // most)].astype(float)
            matrix = np.array(thing.matrix_world)
            found.append(local @ matrix[:3, :3].T + matrix[:3, 3])
        return np.concatenate(found)

    def turn(self, matrix) -> None:
        """Moves the whole subject."""
        bpy.context.view_layer.update()
        for thing in self.subject.objects:
            thing.matrix_world = matrix @ thing.matrix_world

    # -- the camera ------------------------------------------------------------------------------

    def frame(self, size: tuple[int, int], close: bool) -> dict[str, float]:
        """Aims a camera from a random side; the lens and its shift then place the subject exactly."""
        random, scene = self.random, self.scene
        scene.render.resolution_x, scene.render.resolution_y = size
        points = self.points()
        low, high = np.percentile(points, (0.2, 99.8), axis=0)
        centre, radius = (low + high) / 2, float(np.linalg.norm(high - low) / 2)
        azimuth = math.radians(random.uniform(*self.azimuth))
        elevation = math.radians(random.uniform(*self.elevation))
        away = np.array(
            [
                math.sin(azimuth) * math.cos(elevation),
                -math.cos(azimuth) * math.cos(elevation),
                math.sin(elevation),
            ]
        )
        distance = radius * random.uniform(3.5, 9)
        data = bpy.data.cameras.new("camera")
        body = bpy.data.objects.new("camera", data)
        body.location = Vector(centre + away * distance)
        body.rotation_euler = Vector(-away).to_track_quat("-Z", "Y").to_euler()
        body.rotation_euler.rotate_axis("Z", math.radians(random.normal() * 3))
        scene.collection.objects.link(body)
        scene.camera = body
        bpy.context.view_layer.update()
        data.clip_start, data.clip_end = distance * 0.02, distance * 20

        matrix = np.array(body.matrix_world.inverted())
        seen = points @ matrix[:3, :3].T + matrix[:3, 3]
        tangent = seen[:, :2] / -seen[:, 2:]
        longer = max(size)
        low, high = tangent.min(0), tangent.max(0)
        fill = random.uniform(0.74, 0.97)
        scale = fill * min(size[0] / (high[0] - low[0]), size[1] / (high[1] - low[1]))  # pixels a tangent
        middle = (low + high) / 2
        if close:
            scale *= random.uniform(1.35, self.closest)
            # Centre on something near the outline, so that there is an edge in the frame.
            angle = random.uniform(0, 2 * math.pi)
            reach = tangent @ (math.cos(angle), math.sin(angle))
            rim = tangent[reach > np.percentile(reach, 88)]
            middle = middle + random.uniform(0.55, 0.95) * (rim[random.integers(len(rim))] - middle)
        else:
            room = np.array(size) - scale * (high - low)
            middle = middle + random.uniform(-0.42, 0.42, 2) * np.maximum(room, 0) / scale
        data.lens = float(scale * SENSOR / longer)
        data.shift_x, data.shift_y = (float(v) for v in scale * middle / longer)
        return {"radius": radius, "distance": distance, "scale": scale, "lens": data.lens}

    def defocus(self, view: dict[str, float], blur: float) -> None:
        """Opens the lens so that what lies one radius behind the focus is `blur` pixels wide."""
        distance, radius, data = view["distance"], view["radius"], self.scene.camera.data
        focus = distance - radius * self.random.uniform(-0.25, 0.75)
        beyond = focus + radius
        aperture = blur / view["scale"] / (1 / focus - 1 / beyond)
        data.dof.use_dof, data.dof.focus_distance = True, focus
        data.dof.aperture_fstop = float(np.clip(data.lens * 1e-3 / aperture, 1e-4, 128))
        data.dof.aperture_blades = int(self.random.choice([0, 6, 7, 9]))

    def move(self, view: dict[str, float], pixels: float) -> None:
        """Motion blur: the subject slides, or turns a little, while the shutter is open."""
        scene, random = self.scene, self.random
        carrier = bpy.data.objects.new("carrier", None)
        scene.collection.objects.link(carrier)
        for thing in self.subject.objects:
            thing.parent = carrier
        axes = np.array(scene.camera.matrix_world)[:3, :2]  # across the picture, not along the view
        way = axes @ random.normal(size=2)
        way *= pixels / view["scale"] * view["distance"] / np.linalg.norm(way)
        turn = random.normal() * 0.6 * pixels / view["scale"] * view["distance"] / view["radius"]
        for sign, at in ((-0.5, 0), (0.5, 2)):  # the shutter is open for the middle half of this
            carrier.location, carrier.rotation_euler = Vector(2 * sign * way), (0, 0, 2 * sign * turn)
            carrier.keyframe_insert("location", frame=at)
            carrier.keyframe_insert("rotation_euler", frame=at)
        for curve in carrier.animation_data.action.fcurves:
            for key in curve.keyframe_points:
                key.interpolation = "LINEAR"
        scene.frame_set(1)
        scene.render.use_motion_blur, scene.render.motion_blur_shutter = True, 1.0

    # -- the renders -----------------------------------------------------------------------------

    def colour(self) -> np.ndarray:
        """Linear light, premultiplied; for glass, over the plain backdrop that the world shows."""
        scene, cycles = self.scene, self.scene.cycles
        scene.render.film_transparent = not self.translucent
        cycles.samples, cycles.adaptive_min_samples = self.samples, 6
        cycles.use_adaptive_sampling, cycles.adaptive_threshold = True, 0.04
        cycles.use_denoising, cycles.denoiser = True, "OPENIMAGEDENOISE"
        # Through glass, normals and albedo are as noisy as the light: guided by them, noise stays.
        cycles.denoising_input_passes = "RGB" if self.translucent or not self.guided_denoising else "RGB_ALBEDO_NORMAL"
        cycles.denoising_prefilter = "ACCURATE"
        return self._render()

    def alpha(self) -> np.ndarray:
        """The share of every pixel that the subject covers, a Monte-Carlo estimate, not denoised."""
        scene, cycles, backlit = self.scene, self.scene.cycles, self.translucent
        for thing in scene.objects:
            if thing.type == "LIGHT":
                thing.hide_render = True
        world = bpy.data.worlds.new("alpha")
        world.use_nodes = True
        world.cycles.sampling_method = "NONE"
        world.node_tree.nodes["Background"].inputs["Color"].default_value = (1, 1, 1, 1)
        world.node_tree.nodes["Background"].inputs["Strength"].default_value = float(backlit)
        scene.world = world
        matte_twins(self.subject.objects, backlit)
        scene.render.film_transparent = not backlit
        cycles.use_denoising, cycles.use_adaptive_sampling = False, True
        cycles.samples, cycles.adaptive_threshold = self.alpha_samples, 0.015
        cycles.adaptive_min_samples = min(14, self.alpha_samples)
        cycles.sample_clamp_indirect = 0
        # No path is given up by chance for being dim: that, too, would be noise.
        cycles.min_light_bounces = cycles.min_transparent_bounces = 64
        if not backlit:
            cycles.max_bounces = 0
        pixels = self._render()
        return 1 - pixels[..., :3].mean(-1) if backlit else pixels[..., 3]

    def _render(self) -> np.ndarray:
        settings = self.scene.render.image_settings
        settings.file_format, settings.color_mode, settings.color_depth = "OPEN_EXR", "RGBA", "32"
        settings.exr_codec = "ZIP"
        with tempfile.TemporaryDirectory() as folder:
            self.scene.render.filepath = path = os.path.join(folder, "render.exr")
            bpy.ops.render.render(write_still=True)
            image = bpy.data.images.load(path)
            width, height = image.size
            pixels = np.empty(4 * width * height, np.float32)
            image.pixels.foreach_get(pixels)
            bpy.data.images.remove(image)
        return pixels.reshape(height, width, 4)[::-1]


def jitter(random: np.random.Generator, colour: Sequence[float], amount: float = 0.15) -> tuple[float, float, float]:
    """A colour near the given one: brightness moves more than hue does."""
    changed = np.asarray(colour) * math.exp(random.normal() * amount) * np.exp(random.normal(size=3) * amount * 0.4)
    return tuple(float(c) for c in np.clip(changed, 0.001, 0.95))
