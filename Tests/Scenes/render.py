"""Renders the test scenes: `python render.py plush --out DIR`, or `all`."""

import argparse
import importlib
import os
import subprocess
import sys

from scenery import finish

SUBJECTS = ["plush", "bottle", "shoe", "plant", "head"]
EMPTY = ["room", "sweep"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SUBJECTS + EMPTY + ["all"])
    parser.add_argument("--out", default=".", help="folder for the pictures")
    parser.add_argument("--scale", type=float, default=1.0, help="size relative to the final one")
    parser.add_argument("--samples", type=int, help="paths per pixel of the picture")
    parser.add_argument("--alpha-samples", type=int, help="paths per pixel of the alpha, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--keep", action="store_true", help="keep the last unfinished render")
    parser.add_argument("--only", choices=["picture", "alpha"])
    arguments = parser.parse_args()
    os.makedirs(arguments.out, exist_ok=True)
    if arguments.name == "all":  # a process each: Blender keeps state from scene to scene
        rest = sys.argv[1:]
        rest.remove("all")
        for name in SUBJECTS + EMPTY:
            subprocess.run([sys.executable, __file__, name, *rest], check=True)
        return
    render(arguments)


def render(arguments):
    from scenery.stage import Stage

    name = arguments.name
    module = importlib.import_module("scenery." + ("empty" if name in EMPTY else name))
    width, height = module.SIZE
    stage = Stage(width, height, seed=arguments.seed, threads=arguments.threads)
    module.build(stage) if name in SUBJECTS else getattr(module, name)(stage)
    samples = arguments.samples or getattr(module, "SAMPLES", 96)
    raw = os.path.join(arguments.out, name + ".raw.png")
    if arguments.only != "alpha":
        seconds = stage.picture(raw, arguments.scale, samples)
        path = finish.picture(raw, os.path.join(arguments.out, name + ".jpg"), name, arguments.seed)
        print(f"{name}: picture {seconds:.0f} s, {os.path.getsize(path)} bytes")
    if arguments.only != "picture" and name in SUBJECTS:
        seconds = stage.alpha(raw, arguments.scale, arguments.alpha_samples or (128 if stage.translucent else 1024))
        path = finish.alpha(raw, os.path.join(arguments.out, name + ".alpha.png"))
        print(f"{name}: alpha {seconds:.0f} s, {os.path.getsize(path)} bytes")
    if not arguments.keep and os.path.exists(raw):
        os.remove(raw)


if __name__ == "__main__":
    main()
