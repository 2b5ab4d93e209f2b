"""Renders models of others, from folders of OBJ files: `python -m renders.catalogue --models FOLDER --out FOLDER`.

Furniture, vehicles, clothes, tools, people, for `evaluate.py --subjects`: things that the photographs lack, in shapes that nobody
here made up, and nobody trains on them. Light, camera and finish are those of the subjects made from numbers. Alpha is the one of
the only render, as materials have it: there is no hair. Run again, only what is missing is made.
"""

import argparse
import re
import sys
import zlib
from pathlib import Path

import bpy
import numpy as np

from . import finish
from .light import light
from .make import quiet
from .stage import Stage

# Parts of buildings and of roads, and what is flat: no photograph has one as its subject.
NO_SUBJECTS = re.compile(
    r"door|window|plug|switch|dimmer|antenna|rj-45|stair|wall|fleche|stationnement|passage|parque|billet|rails|box_room|elevator"
    r"|smoke|carpet|round-swim|rectangle-swim|roof|pillar|column|blind|puerta|ventana|light-?source|cube|sphere|cylinder|ribbon|cone\b",
    re.IGNORECASE,
)
SIZES = [(384, 384), (352, 416), (416, 352), (320, 448), (448, 320)]


def import_model(stage: Stage, path: Path) -> None:
    bpy.ops.wm.obj_import(filepath=str(path))
    for thing in list(bpy.context.scene.collection.objects):
        if thing.type == "MESH" and len(thing.data.vertices):
            stage.put(thing)
    if not stage.subject.objects:
        raise ValueError("no mesh")
    for material in bpy.data.materials:
        for node in material.node_tree.nodes if material.node_tree else []:
            if node.type == "BSDF_PRINCIPLED":  # these files say little of gloss
                node.inputs["Roughness"].default_value = float(stage.random.uniform(0.15, 0.8))


def unfit(premultiplied: np.ndarray, alpha: np.ndarray) -> str | None:
    """Why a render is no subject: faces that coincide come out black, and a bare box is whatever the network wants it to be."""
    solid = alpha > 0.5
    if solid.mean() < 0.01:
        return "nothing to be seen"
    if (premultiplied[solid].max(-1) < 0.004).mean() > 0.2:
        return "black"
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    if solid[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].mean() > 0.93:
        return "a box"
    return None


def subject(path: Path, threads: int) -> tuple[np.ndarray, np.ndarray, dict[str, str]]:
    """Colour in sRGB, alpha, and facts about them."""
    random = np.random.default_rng([zlib.crc32(path.stem.encode()), 0])
    stage = Stage(random, 0, threads)
    stage.samples, stage.guided_denoising = 12, False
    import_model(stage, path)
    view = stage.frame(SIZES[int(random.integers(len(SIZES)))], close=False)
    facts = {"kind": "catalogue", "variant": path.stem} | light(stage, view)
    pixels = stage.colour()
    alpha = np.clip(pixels[..., 3], 0, 1)
    problem = unfit(pixels[..., :3], alpha)
    if problem:
        raise ValueError(problem)
    colour = finish.straight(pixels[..., :3], alpha, False)
    exposure = 0.25 * random.normal() + finish.metered(colour, alpha)
    return finish.tone(colour, exposure, random.choice([0.0, 0.5, 0.9])), alpha, facts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True, help="folder of OBJ files with their materials, in folders of any depth")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--count", type=int, default=300, help="of renders")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    models = [path for path in arguments.models.rglob("*.obj") if not NO_SUBJECTS.search(path.stem)]
    models.sort(key=lambda path: (zlib.crc32(path.stem.encode()), path))  # some of everything, whatever the count
    made = 0
    for path in models:
        if made == arguments.count:
            break
        out = arguments.out / f"{path.relative_to(arguments.models).parts[0]}-{path.stem}.png"
        if out.exists():
            made += 1
            continue
        try:
            with quiet():
                colour, alpha, facts = subject(path, arguments.threads)
        except Exception as error:  # one model that cannot be read must not end the run
            print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
            continue
        finish.write(str(out), colour, alpha, facts)
        made += 1
        print(out.name, flush=True)


if __name__ == "__main__":
    main()
