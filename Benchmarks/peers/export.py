"""Writes one network, with the same weights, in the form of every engine. Runs inside the virtual environment:

    python -m peers.export --build FOLDER NETWORK...

Batch norms are folded into the convolutions and only the matte is exported, so that every engine starts from the best
graph: nothing is left that only training needs, and no engine pays for outputs that nobody asks for.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pnnx
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from . import deformable
from .artifacts import Artifacts, stamp
from .catalogue import GOLDENS, NETWORKS, Network
from .networks import Frame, Matte, has_deformable, matte_of, multiply_accumulates, network_of, weights_of

import formula  # isort: skip  (found where networks.py finds the training code)

OPSET = 18
# As tight as the engine's own parity test.
GOLDEN_TOLERANCE = 2e-5


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def description_of(network: Network) -> dict:
    return json.loads((GOLDENS / network.name / "tensors.json").read_text())


def formula_weights(network: Network) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in formula.weights(description_of(network)).items()}


def golden_difference(module: nn.Module, network: Network) -> float | None:
    """How far the definition is from the reference implementation's recorded mattes."""
    if network.golden is None:
        return None
    goldens = load_file(GOLDENS / network.name / "golden.safetensors")
    worst = 0.0
    if network.ratio:  # frames in sequence, recorded at half the size
        frame = Frame(module, 0.5)
        state = frame.first_state(goldens["frame0.input"])
        for number in range(3):
            alpha, *state = frame(goldens[f"frame{number}.input"], *state)
            worst = max(worst, (alpha - goldens[f"frame{number}.{network.golden}"]).abs().max().item())
        return worst
    matte = Matte(module)
    for name, image in goldens.items():
        if name.startswith("input."):
            expected = goldens[network.golden + name.removeprefix("input")]
            worst = max(worst, (matte(image)[0] - expected).abs().max().item())
    description = description_of(network)
    for size, run in description.get("runs", {}).items():  # of BiRefNet: some of the logits, of pictures by the formula
        image = torch.from_numpy(formula.image(f"birefnet_swin_t.{size}", (1, 3, *map(int, size.split("x"))), description["salt"]))
        sample = matte(image)[0].flatten()[:: run["layers"][network.golden]["stride"]]
        worst = max(worst, (sample - torch.sigmoid(goldens[f"{network.golden}.{size}.sample"])).abs().max().item())
    return worst


def input_picture(network: Network) -> Tensor:
    """A red disc before a pale wall, both with texture: the trained network finds a subject, so its matte spans 0 to 1
    and a disagreement cannot hide in a sigmoid that is 0 everywhere."""
    texture = formula.image("input", (1, 3, network.height, network.width))
    y, x = np.mgrid[0 : network.height, 0 : network.width]
    disc = (x / network.width - 0.5) ** 2 + (y / network.height - 0.5) ** 2 < 0.3**2
    red = np.array([0.9, 0.3, 0.2])[:, None, None]
    picture = np.where(disc, red * texture, 0.75 + 0.05 * texture)
    return torch.from_numpy(((picture - network.mean) / network.std).astype(np.float32))


def write_onnx(matte: nn.Module, inputs: tuple[Tensor, ...], path: Path, opset: int = OPSET, **options: object) -> None:
    state = range(1, len(inputs))
    # The exporter reports its steps and torchvision's absence; what goes wrong it raises.
    with contextlib.redirect_stdout(io.StringIO()):
        torch.onnx.export(
            matte,
            inputs,
            path,
            input_names=["image", *(f"state{number}" for number in state)],
            output_names=["matte", *(f"next{number}" for number in state)],
            opset_version=opset,
            dynamo=True,
            external_data=False,
            verbose=False,
            **options,
        )


def write_ncnn(matte: nn.Module, inputs: tuple[Tensor, ...], artifacts: Artifacts) -> None:
    """Through pnnx, ncnn's own converter, which fuses padding and activations into convolutions as ncnn has them."""
    artifacts.ncnn_graph.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:  # pnnx writes six more files that nobody needs
        torch.jit.trace(matte, inputs).save(f"{folder}/model.pt")
        command = [
            pnnx.EXEC_PATH,
            "model.pt",
            "inputshape=" + ",".join(f"[{','.join(map(str, x.shape))}]" for x in inputs),
            "fp16=0",
            f"ncnnparam={artifacts.ncnn_graph}",
            f"ncnnbin={artifacts.ncnn_weights}",
        ]
        result = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if result.returncode != 0 or not artifacts.ncnn_graph.exists():
        raise RuntimeError(f"pnnx ended with status {result.returncode}: {result.stdout[-400:].strip()}")


@torch.no_grad()
def export(network: Network, build: Path) -> None:
    artifacts = Artifacts.of(network, build)
    artifacts.folder.mkdir(parents=True, exist_ok=True)
    artifacts.manifest.unlink(missing_ok=True)

    weights = weights_of(network.name, formula_weights(network))
    difference = golden_difference(network_of(weights), network)
    if difference is not None and difference > GOLDEN_TOLERANCE:
        raise SystemExit(
            f"{network.name}: its definition in Weights is {difference:.1e} away from the reference outputs in "
            f"{GOLDENS / network.name} (allowed {GOLDEN_TOLERANCE:.0e}); it is another network"
        )
    if difference is not None:
        say(f"{network.name}: the definition agrees with the reference outputs to {difference:.1e}")

    if network.weights:
        weights = weights_of(network.name, load_file(network.weights))
    weights = weights.folded()
    metadata = {"architecture": network.name}
    if network.ratio:
        metadata["input.base_side"] = str(round(network.ratio * max(network.height, network.width)))
    save_file(weights.state, artifacts.weights, metadata=metadata)

    image = input_picture(network)
    matte = matte_of(network, weights)
    state = matte.first_state(image) if isinstance(matte, Frame) else ()
    inputs = (image, *state)
    image.numpy().astype("<f4").tofile(artifacts.input)
    # The exporter's own optimisation takes time by the square of the nodes, of which 300 taps make thousands.
    write_onnx(matte, inputs, artifacts.onnx, optimize=not has_deformable(matte))
    if has_deformable(matte):
        with deformable.kept_whole():
            write_onnx(matte, inputs, artifacts.deformable_onnx, deformable.OPSET, custom_translation_table=deformable.TRANSLATION)
    problems = dict(network.problems)
    if "ncnn" not in problems:
        try:
            write_ncnn(matte, inputs, artifacts)
        except Exception as error:  # one engine's gap must not end the comparison of the others
            problems["ncnn"] = f"not converted: {error}"
            say(f"{network.name}: ncnn: {problems['ncnn']}")

    gmac = multiply_accumulates(matte, *inputs) / 1e9
    reference = matte.double()(*(x.double() for x in inputs))[0]
    reference.float().numpy().astype("<f4").tofile(artifacts.reference)
    manifest = {
        "stamp": stamp(network),
        "gmac": gmac,
        "state": [list(x.shape) for x in state],
        "golden_difference": difference,
        "matte_range": [reference.min().item(), reference.max().item()],
        "problems": problems,
    }
    artifacts.manifest.write_text(json.dumps(manifest, indent=1) + "\n")
    say(f"{network.name}: exported, {gmac:.2f} GMAC, matte in {reference.min():.2f}…{reference.max():.2f}")


def main() -> None:
    warnings.filterwarnings("ignore", category=FutureWarning)  # torch.jit.trace is on its way out; pnnx reads its files
    warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)  # shapes are meant to be constants
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("networks", nargs="+")
    arguments = parser.parse_args()
    for network in NETWORKS:
        if network.name in arguments.networks:
            export(network, arguments.build.resolve())


if __name__ == "__main__":
    main()
