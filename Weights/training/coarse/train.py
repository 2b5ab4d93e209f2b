"""Trains the coarse network.

    OMP_WAIT_POLICY=passive python -m coarse.train --data DATA --encoder mobilenet_v2_imagenet.safetensors --out runs/coarse --minutes 100

Run the same command again to go on from the last checkpoint.
"""

import argparse
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from coarse.dataset import Batches, Mixture
from coarse.network import STAGES, MobileNetV2UNet, load_imagenet_encoder
from trainer import PRECISION, Phase, Trainer, load_start, process_count, run_in_processes, split_rates, training_arguments
from unfold import last, load_unfolded

ENCODER_RATE, DECODER_RATE = 2.5e-4, 8e-4
FROZEN_FEATURES = 4
# Cross-entropy alone leaves grey where two answers are possible, absolute difference chooses; the doubt says that it was a choice.
CROSS_ENTROPY, ABSOLUTE = 0.5, 1.5
SIDE_LOSS, DOUBT_LOSS = 0.3, 0.5
PHASES = [Phase(0.5, 320), Phase(1.0, 384)]  # it runs at 384; small pictures teach most in a minute


class Supervised(nn.Module):
    """The network with a 1x1 head on each of its first four decoder stages, for training only."""

    def __init__(self):
        super().__init__()
        self.network = MobileNetV2UNet(norm=True)
        self.sides = nn.ModuleList(nn.Conv2d(channels, 1, 1) for channels in list(STAGES.values())[:-1])

    def forward(self, x: Tensor) -> list[Tensor]:
        """Logits of the matte, of its doubt at half the size, and of the side outputs."""
        *early, last = self.network.stages(x)
        return [self.network.head(last), self.network.doubt(early[-1])] + [side(y) for side, y in zip(self.sides, early)]


def matte_loss(logits: Tensor, alpha: Tensor, trust: Tensor) -> Tensor:
    """Cross-entropy, absolute difference and soft intersection over union, each where alpha is to be believed."""
    predicted = torch.sigmoid(logits)
    cross_entropy = F.binary_cross_entropy_with_logits(logits, alpha, reduction="none")
    pointwise = (trust * (CROSS_ENTROPY * cross_entropy + ABSOLUTE * (predicted - alpha).abs())).sum() / trust.sum()
    both = (trust * predicted * alpha).sum((1, 2, 3))
    either = (trust * (predicted + alpha - predicted * alpha)).sum((1, 2, 3))
    smooth = 0.002 * alpha[0].numel()  # an empty picture is not all or nothing, nor is someone far away nothing
    weight = trust.mean((1, 2, 3))
    return pointwise + (weight * (1 - (both + smooth) / (either + smooth))).sum() / weight.sum()


def doubt_loss(doubt: Tensor, matte: Tensor, alpha: Tensor, trust: Tensor) -> Tensor:
    """Cross-entropy with the matte's own error as the target: its minimum is the expected error, so the output is a calibrated one."""
    error = (torch.sigmoid(matte.detach()) - alpha).abs() * trust
    size = doubt.shape[2:]
    weight = F.adaptive_avg_pool2d(trust, size)
    target = F.adaptive_avg_pool2d(error, size) / weight.clamp_min(1e-3)
    cross_entropy = F.binary_cross_entropy_with_logits(doubt, target.clamp(0, 1), reduction="none")
    return (weight * cross_entropy).sum() / weight.sum()


def normalised(images: Tensor) -> Tensor:
    return (images.float() / 255 - 0.5) / 0.5


def loss(model: nn.Module, batch: list[Tensor]) -> tuple[Tensor, Tensor]:
    """What is minimised, and the part of it that belongs to the final matte."""
    images, alpha, trust = batch
    alpha, trust = alpha.float() / 255, trust.float() / 255
    x = normalised(images).to(PRECISION).contiguous(memory_format=torch.channels_last)
    main, doubt, *sides = (y.float() for y in model(x))
    final = matte_loss(main, alpha, trust)
    total = final + DOUBT_LOSS * doubt_loss(doubt, main, alpha, trust)
    for side in sides:
        size = side.shape[2:]
        total = total + SIDE_LOSS * matte_loss(side, F.adaptive_avg_pool2d(alpha, size), F.adaptive_avg_pool2d(trust, size))
    return total, final


def train(arguments: argparse.Namespace) -> None:
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    model = Supervised()
    teacher, pair, composite = arguments.shares
    mixture = Mixture(teacher, pair, composite, dict(arguments.favour))
    batches = Batches(arguments.data, mixture, arguments.batch // process_count(), arguments.seed, arguments.teacher, arguments.subjects)

    def load_weights(path: Path) -> None:
        load_unfolded(model.network, MobileNetV2UNet(), path, (normalised(images) for images, _, _ in last(batches)))
        for side in model.sides:
            nn.init.zeros_(side.weight)  # so that sides which know nothing yet do not pull at what does

    if arguments.encoder:
        load_imagenet_encoder(model.network, arguments.encoder)
    load_start(model, arguments, load_weights)
    model.network.encoder.freeze(FROZEN_FEATURES)
    rates = split_rates(model, model.network.encoder, arguments.rate * ENCODER_RATE, arguments.rate * DECODER_RATE)
    trainer = Trainer(model, rates, loss, arguments.out, arguments.minutes * 60)
    trainer.run(batches, arguments.workers, PHASES)


def favoured(text: str) -> tuple[str, float]:
    source, _, weight = text.partition("=")
    return source, float(weight)


def main() -> None:
    usual = Mixture()
    parser = training_arguments(__doc__, minutes=100)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", help="MobileNetV2 trained on ImageNet, torchvision's names, batch norms folded; a run without --start needs it")
    parser.add_argument("--teacher", type=Path, help="folder of coarse.teach; without it the teacher is U²-Net-p")
    parser.add_argument("--subjects", type=Path, nargs="*", default=[], help="folders of painted and rendered subjects")
    shares = [usual.teacher, usual.pair, usual.composite]
    parser.add_argument("--shares", type=float, nargs=3, default=shares, metavar=("TEACHER", "PAIR", "COMPOSITE"), help="of a batch; the rest is empty")
    parser.add_argument("--favour", type=favoured, nargs="*", default=list(usual.favour.items()), metavar="SOURCE=WEIGHT", help="pairs drawn more often")
    parser.add_argument("--rate", type=float, default=1, help="share of the usual learning rates; less keeps more of what --start knows")
    arguments = parser.parse_args()
    if not arguments.start and not arguments.encoder:
        parser.error("--encoder, or --start")
    if sum(arguments.shares) > 1:
        parser.error("--shares: more than a whole batch")
    run_in_processes(arguments.processes, train, arguments)


if __name__ == "__main__":
    main()
