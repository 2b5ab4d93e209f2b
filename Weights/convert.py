"""Converts weights of known networks to files that the library reads.

    python Weights/convert.py u2net.pth u2net.safetensors
    python Weights/convert.py modnet.onnx modnet.safetensors --type f16 --license Apache-2.0

Reads PyTorch checkpoints (.pth, .pt, .ckpt), safetensors and ONNX; recognises the network by its tensors or its graph; folds batch
norms; writes metadata with the preprocessing that the network's authors publish. The converted network is run beside the original on the
same picture, and nothing is written where they differ. What types of fewer bits would cost is printed as a table.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from torch import Tensor

from conversion import checkpoint, recipes, selection, storage
from conversion.catalog import NETWORKS
from conversion.measure import EXACT, HEADING, losses, matte
from conversion.problems import ConversionError, counted
from conversion.weights import Weights

NOTICEABLE = 0.01  # a mean error of mattes that can be seen
DESCRIPTIONS = ("license", "source", "training")
ADVICE = {"license": "--license says under which terms the weights may be used", "source": "--source says where they come from"}


class Parser(argparse.ArgumentParser):
    """Ends with the exit status that the command `matte` has for wrong usage."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(64, f"error: {message}\n")


@dataclass
class Read:
    """Weights under the network's own names, and what was said and found while reading them."""

    weights: Weights
    files: list[Path]
    metadata: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read(arguments: argparse.Namespace) -> Read:
    if arguments.input.suffix.lower() == ".onnx":
        return read_onnx(arguments)
    source = checkpoint.read(arguments.input)
    network, state = selection.select(source, arguments.architecture, arguments.state)
    weights, notes = selection.checked(network, state, arguments.ignore)
    return Read(weights, [arguments.input], source.metadata, notes)


def read_onnx(arguments: argparse.Namespace) -> Read:
    # Only here: whoever converts checkpoints alone needs neither.
    from conversion import onnx_check, onnx_graph, onnx_mapping

    model, files = onnx_graph.load_model(arguments.input)
    graph = onnx_graph.Graph(model)
    mapping = onnx_mapping.mapped(graph, arguments.architecture)
    weights, notes = selection.checked(mapping.network, mapping.state, arguments.ignore)
    for agreement in onnx_check.Comparison(graph, mapping, weights).run(arguments.size):
        size = f"{agreement.height}x{agreement.width}"
        difference = f"at most {agreement.largest:.1e}, on average {agreement.mean:.1e}"
        notes.append(f"onnxruntime and the converted network at {size}: mattes differ by {difference}")
    return Read(weights, files, notes=notes)


def metadata(arguments: argparse.Namespace, source: Read) -> dict[str, str]:
    network = source.weights.network
    own = {key: value for key, value in source.metadata.items() if not key.startswith(("input.", "output."))}
    stated = {key: value for key, value in source.metadata.items() if key.startswith(("input.", "output."))}
    said = {key: value for key in DESCRIPTIONS if (value := getattr(arguments, key)) is not None}
    with source.files[0].open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    history = f"from {source.files[0].name}, SHA-256 {digest}" + ("" if arguments.keep_batch_norms else ", batch norms folded")
    recipe = recipes.recipe(network.recipe, stated, dict(arguments.recipe))
    return own | {"architecture": network.name, "conversion": history} | recipe | said


def convert(arguments: argparse.Namespace) -> None:
    source = read(arguments)
    storage.refuse_overwriting(arguments.output, source.files)
    network, side = source.weights.network, arguments.size or source.weights.network.side
    before = matte(source.weights, side)
    weights = source.weights.single_class()
    if weights is not source.weights:
        source.notes.append("of two classes: their difference is the logit that is kept")
    weights = weights if arguments.keep_batch_norms else weights.folded()
    described = metadata(arguments, source)

    say(f"{arguments.input}: {network.name}, {sum(value.numel() for value in weights.state.values()):,} values in {len(weights.state)} tensors")
    for note in source.notes:
        say(f"  {note}")
    kinds = list(storage.TYPES) if not arguments.only else [arguments.type]
    results = losses(weights, before, side, kinds)
    say(f"  stored as, against the source at {side}x{side} (mattes are in 0...1):", f"  {HEADING}")
    for kind, (_, loss) in results.items():
        say(f"{'→' if kind == arguments.type else ' '} {loss.row()}")
    what, loss = results[arguments.type]
    if what.overflowed:
        raise ConversionError(f"{arguments.type.upper()} cannot hold {counted(what.overflowed, 5)}; bf16 or f32 hold them")
    if arguments.type == "f32" and not loss.largest <= EXACT:
        raise ConversionError(
            f"folding batch norms changed the matte by {loss.largest:.2g}: a bug, or weights near the limits of floats; --keep-batch-norms avoids it"
        )
    if loss.mean > NOTICEABLE:
        warn(f"{arguments.type.upper()} changes mattes by {loss.mean:.2g} on average")
    if what.vanished:
        warn(f"all weights of {what.vanished} output channels are too small for {arguments.type.upper()} and become 0")

    content = storage.file_bytes(what.tensors, described)
    with storage.WholeFile(arguments.output) as file:
        file.write(content)
        verify_written(file.temporary, loss.largest, before, side)
        file.publish()
    say(f"{arguments.output}: {len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")
    for key in ADVICE:
        if key not in described:
            say(f"  no '{key}' in its metadata: {ADVICE[key]}")


def verify_written(path: Path, expected: float, before: Tensor, side: int) -> None:
    """Reads the file back, as anybody would, and runs it."""
    written = checkpoint.read(path)
    network, state = selection.select(written, None, None)
    again, _ = selection.checked(network, state, [])
    largest = float((matte(again, side) - before).abs().max())
    if not abs(largest - expected) <= EXACT:
        raise ConversionError(f"the written file gives mattes that differ by {largest:.2g} instead of {expected:.2g}: a bug; nothing was written")


def say(*lines: str) -> None:
    print(*lines, sep="\n")


def warn(line: str) -> None:
    print(f"warning: {line}", file=sys.stderr)


def key_value(text: str) -> tuple[str, str]:
    key, separator, value = text.partition("=")
    if not separator:
        raise argparse.ArgumentTypeError(f"'{text}' is not KEY=VALUE")
    return key, value


def side(text: str) -> int:
    if not text.isdecimal() or not 32 <= int(text) <= 4096 or int(text) % 32:
        raise argparse.ArgumentTypeError(f"'{text}' is no multiple of 32 in 32...4096")
    return int(text)


def parsed(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("input", type=Path, help="a .pth, .pt, .ckpt, .safetensors or .onnx file")
    parser.add_argument("output", type=Path, help="the .safetensors file to write")
    parser.add_argument("--architecture", choices=NETWORKS, help="which network it is, where that is not recognised")
    parser.add_argument("--type", choices=storage.TYPES, default="f32", help="how weights are stored; vectors stay F32 (default: f32)")
    parser.add_argument("--keep-batch-norms", action="store_true", help="do not fold them into the convolutions before them")
    parser.add_argument("--license", help="of the weights, for the metadata")
    parser.add_argument("--source", help="where the weights come from, for the metadata")
    parser.add_argument("--training", help="what they were trained on, for the metadata")
    parser.add_argument("--recipe", type=key_value, action="append", default=[], metavar="KEY=VALUE", help="another preprocessing, e.g. input.size=512")
    parser.add_argument("--state", metavar="PLACE", help="which dictionary of a checkpoint, where it holds several, e.g. ema")
    parser.add_argument("--ignore", action="append", default=[], metavar="PATTERN", help="tensors to leave out, e.g. 'loss.*'")
    parser.add_argument("--size", type=side, help="side of the picture that is measured with (default: the network's own)")
    parser.add_argument("--only", action="store_true", help="measure the chosen type alone")
    options = parser.parse_args(arguments)
    if options.output.suffix.lower() != ".safetensors":
        parser.error(f"the output '{options.output}' must end in .safetensors")
    suffixes = (".onnx", *checkpoint.SAFETENSORS, *checkpoint.CHECKPOINTS)
    if options.input.suffix.lower() not in suffixes:
        parser.error(f"the input '{options.input}' must end in one of {', '.join(suffixes)}")
    return options


def main(arguments: list[str] | None = None) -> int:
    options = parsed(arguments)
    try:
        convert(options)
    except ConversionError as error:
        for problem in error.problems:
            print(f"error: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
