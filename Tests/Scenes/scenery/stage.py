"""The stage: one Blender scene, its camera and lights, and the two renders made of it.

Objects are either `subject` or surroundings. The picture shows both. The alpha is a second
render from the same camera in which the surroundings are *holdouts*: they hide what they hide
in the picture and leave alpha 0 themselves, so what remains is the exact share of each pixel
that the subject covers, lens blur and pixel filter included.
"""

import math
import os
import time

import bpy
import numpy as np
from bpy_extras.object_utils import world_to_camera_view
from mathutils import Vector


class Stage:
    def __init__(self, width, height, seed=1, threads=2):
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.random = np.random.default_rng(seed)
        self.scene = bpy.context.scene
        self.subject = self._collection("subject")
        self.surroundings = self._collection("surroundings")
        self.translucent = False  # True: part of the subject lets the background through (glass)
        scene = self.scene
        scene.render.engine = "CYCLES"
        cycles = scene.cycles
        cycles.device = "CPU"
        cycles.seed = seed
        cycles.sample_clamp_indirect = 6
        cycles.blur_glossy = 0.4
        cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces = 6, 3, 3
        cycles.transmission_bounces, cycles.transparent_max_bounces = 6, 12
        scene.cycles_curves.shape = "RIBBONS"
        scene.render.threads_mode, scene.render.threads = "FIXED", threads
        scene.render.resolution_x, scene.render.resolution_y = width, height
        scene.render.use_persistent_data = True
        scene.view_settings.view_transform = "AgX"
        scene.view_settings.look = "AgX - Punchy"
        world = bpy.data.worlds.new("world")
        world.use_nodes = True
        scene.world = world
        self.ambient((0.5, 0.55, 0.6), 0.15)

    def _collection(self, name):
        collection = bpy.data.collections.new(name)
        self.scene.collection.children.link(collection)
        return collection

    def put(self, thing, subject=False):
        """Puts an object into the scene as subject or as surroundings."""
        (self.subject if subject else self.surroundings).objects.link(thing)
        return thing

    def ambient(self, colour, strength):
        node = self.scene.world.node_tree.nodes["Background"]
        node.inputs["Color"].default_value = (*colour, 1)
        node.inputs["Strength"].default_value = strength

    def exposure(self, stops):
        self.scene.view_settings.exposure = stops

    def camera(self, position, target, lens, focus=None, fstop=None, blades=7, shift=(0, 0)):
        """Aims a camera; with an f-number, the plane through `focus` is sharp."""
        data = bpy.data.cameras.new("camera")
        data.lens, data.clip_start = lens, 0.01
        data.shift_x, data.shift_y = shift
        body = bpy.data.objects.new("camera", data)
        body.location = position
        towards = Vector(target) - Vector(position)
        body.rotation_euler = towards.to_track_quat("-Z", "Y").to_euler()
        if fstop:
            data.dof.use_dof = True
            data.dof.aperture_fstop, data.dof.aperture_blades = fstop, blades
            ray = Vector(focus or target) - Vector(position)
            data.dof.focus_distance = ray.dot(towards.normalized())
        self.scene.collection.objects.link(body)
        self.scene.camera = body

    def softbox(self, position, target, size, power, colour=(1, 1, 1), spread=180):
        """A rectangular light the camera does not see, though mirrors and glass do."""
        data = bpy.data.lights.new("softbox", "AREA")
        data.shape, (data.size, data.size_y) = "RECTANGLE", size
        data.energy, data.color, data.spread = power, colour, math.radians(spread)
        light = bpy.data.objects.new("softbox", data)
        light.location = position
        light.rotation_euler = (Vector(target) - Vector(position)).to_track_quat("-Z", "Y").to_euler()
        light.visible_camera = False
        self.scene.collection.objects.link(light)
        return light

    def picture(self, path, scale, samples):
        """Renders everything, denoised, to an 8-bit RGB file."""
        scene = self.scene
        scene.render.film_transparent = False
        scene.cycles.samples = samples
        scene.cycles.use_adaptive_sampling, scene.cycles.adaptive_threshold = True, 0.03
        scene.cycles.adaptive_min_samples = 10
        scene.cycles.use_denoising = True
        scene.cycles.denoiser = "OPENIMAGEDENOISE"
        scene.cycles.denoising_prefilter = "ACCURATE"
        return self._write(path, scale, "RGB")

    def alpha(self, path, scale, samples):
        """Renders the subject's coverage, not denoised, to the alpha of an 8-bit RGBA file."""
        scene, layer = self.scene, self.scene.view_layers[0]
        for thing in list(self.surroundings.objects):
            thing.is_holdout = True
        for thing in scene.objects:
            if thing.type == "LIGHT":
                thing.hide_render = True
        scene.render.film_transparent = True
        scene.render.dither_intensity = 0
        scene.cycles.film_transparent_glass = True
        scene.cycles.film_transparent_roughness = 0.3
        scene.cycles.samples = samples
        scene.cycles.use_adaptive_sampling = scene.cycles.use_denoising = False
        # Where a path was reflected or scattered it is opaque; it need not be followed further.
        scene.cycles.diffuse_bounces = scene.cycles.glossy_bounces = 0
        scene.world.cycles.sampling_method = "NONE"
        self.ambient((0, 0, 0), 0)
        if not self.translucent:
            # Nothing but the first hit matters. All white, so that the colour is the coverage and
            # adaptive sampling spends its paths along the outline.
            layer.material_override = self._white()
            scene.cycles.max_bounces = 0
            scene.cycles.use_adaptive_sampling = True
            scene.cycles.adaptive_threshold, scene.cycles.adaptive_min_samples = 0.006, min(64, samples)
        self._frame_subject()
        return self._write(path, scale, "RGBA")

    def _white(self):
        white = bpy.data.materials.new("white")
        white.use_nodes = True
        white.cycles.emission_sampling = "NONE"
        nodes = white.node_tree.nodes
        nodes.clear()
        glow, out = nodes.new("ShaderNodeEmission"), nodes.new("ShaderNodeOutputMaterial")
        white.node_tree.links.new(glow.outputs[0], out.inputs["Surface"])
        return white

    def _frame_subject(self, margin=0.03):
        """Renders only the part of the frame that holds the subject; elsewhere alpha is 0."""
        bpy.context.view_layer.update()

        def view(point):
            return world_to_camera_view(self.scene, self.scene.camera, point)

        corners = [view(thing.matrix_world @ Vector(corner)) for thing in self.subject.objects for corner in thing.bound_box]
        render = self.scene.render
        render.use_border = True
        render.border_min_x, render.border_max_x = (
            min(c.x for c in corners) - margin,
            max(c.x for c in corners) + margin,
        )
        render.border_min_y, render.border_max_y = (
            min(c.y for c in corners) - margin,
            max(c.y for c in corners) + margin,
        )

    def _write(self, path, scale, mode):
        scene = self.scene
        scene.render.resolution_percentage = round(100 * scale)
        scene.render.image_settings.file_format = "PNG"
        scene.render.image_settings.color_mode = mode
        scene.render.image_settings.color_depth = "8"
        scene.render.filepath = os.path.abspath(path)
        start = time.time()
        bpy.ops.render.render(write_still=True)
        return time.time() - start
