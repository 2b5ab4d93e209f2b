"""Trains the edge network on composites made by `edge.compose`.

    OMP_WAIT_POLICY=passive python -m edge.train --composites composites/train --coarse ../coarse.safetensors --out runs/edge --minutes 60

Run the same command again to go on from the last checkpoint.
"""

import argparse
from pathlib import Path

import cv2
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from edge.dataset import Crops
from edge.network import EdgeNetwork, load_semantics
from trainer import PRECISION, Phase, Trainer, load_start, process_count, run_in_processes, training_arguments
from unfold import last, load_unfolded

RATE = 1.5e-3
GRADIENT_LOSS, CROSS_ENTROPY = 0.5, 0.2
PHASES = [Phase(1.0, 160)]


def weighted_mean(values: Tensor, weight: Tensor) -> Tensor:
    return (values * weight).sum() / weight.sum().clamp_min(1)


def loss(model: nn.Module, batch: list[Tensor]) -> tuple[Tensor, Tensor]:
    """Absolute difference, difference of gradients and cross-entropy, where the level above is uncertain; the first is reported."""
    planes, alpha, weight = batch
    # Flat parts of the band count like edges: at a quarter of their weight fur lost its inside where it had the backdrop's colours.
    predicted = model(planes.to(PRECISION).contiguous(memory_format=torch.channels_last))
    difference = predicted - alpha
    absolute = weighted_mean(difference.abs(), weight)
    across = weighted_mean(difference.diff(dim=3).abs(), weight[..., 1:])
    down = weighted_mean(difference.diff(dim=2).abs(), weight[..., 1:, :])
    cross_entropy = weighted_mean(F.binary_cross_entropy(predicted.clamp(1e-3, 1 - 1e-3), alpha, reduction="none"), weight)
    return absolute + GRADIENT_LOSS * (across + down) + CROSS_ENTROPY * cross_entropy, absolute


def train(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(arguments.seed)
    model = EdgeNetwork(norm=True)
    crops = Crops(arguments.composites, arguments.batch // process_count(), arguments.seed)
    if arguments.coarse:
        load_semantics(model, arguments.coarse)
    load_start(model, arguments, lambda path: load_unfolded(model, EdgeNetwork(), path, (planes for planes, _, _ in last(crops))))
    model.semantics.freeze(len(model.semantics.features))
    trainer = Trainer(model, [(list(model.parameters()), RATE)], loss, arguments.out, arguments.minutes * 60)
    trainer.run(crops, arguments.workers, PHASES)


def main() -> None:
    parser = training_arguments(__doc__, minutes=60)
    parser.add_argument("--composites", type=Path, nargs="+", required=True)
    parser.add_argument("--coarse", type=Path, help="weight file whose encoder tells what things are; a run without --start needs it")
    arguments = parser.parse_args()
    if not arguments.start and not arguments.coarse:
        parser.error("--coarse, or --start")
    run_in_processes(arguments.processes, train, arguments)


if __name__ == "__main__":
    main()
