"""Trains the default network.

    OMP_WAIT_POLICY=passive python train.py --data DATA --encoder mobilenet_v2_imagenet.safetensors --out runs/default --minutes 100

Run the same command again to go on from the last checkpoint. The learning rate follows the time spent, not the number
of steps, so that training ends when the minutes are over on any machine.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader

from dataset import Batches
from network import STAGES, MobileNetV2UNet, load_imagenet_encoder

ENCODER_RATE, DECODER_RATE, WEIGHT_DECAY = 2.5e-4, 1e-3, 0.01
WARM_UP_STEPS = 200
AVERAGING = 0.998
SIDE_LOSS = 0.3
PHASES = [(0.35, 192), (0.8, 224), (1.0, 288)]  # until this share of the time, pictures of this size
SECONDS_BETWEEN_CHECKPOINTS, STEPS_BETWEEN_REPORTS = 120, 50


class Supervised(nn.Module):
    """The network with a 1x1 head on each of its first four decoder stages, for training only."""

    def __init__(self):
        super().__init__()
        self.network = MobileNetV2UNet(norm=True)
        self.sides = nn.ModuleList(nn.Conv2d(channels, 1, 1) for channels in list(STAGES.values())[:-1])

    def forward(self, x: Tensor) -> list[Tensor]:
        *early, last = self.network.stages(x)
        return [self.network.head(last)] + [side(y) for side, y in zip(self.sides, early)]


def matte_loss(logits: Tensor, alpha: Tensor, trust: Tensor) -> Tensor:
    """Cross-entropy, absolute difference and soft intersection over union, each where alpha is to be believed."""
    predicted = torch.sigmoid(logits)
    cross_entropy = F.binary_cross_entropy_with_logits(logits, alpha, reduction="none")
    pointwise = (trust * (cross_entropy + (predicted - alpha).abs())).sum() / trust.sum()
    both = (trust * predicted * alpha).sum((1, 2, 3))
    either = (trust * (predicted + alpha - predicted * alpha)).sum((1, 2, 3))
    smooth = 0.005 * alpha[0].numel()  # an empty picture is not all or nothing
    return pointwise + (1 - (both + smooth) / (either + smooth)).mean()


def total_loss(outputs: list[Tensor], alpha: Tensor, trust: Tensor) -> tuple[Tensor, Tensor]:
    """What is minimised, and the part of it that belongs to the final output."""
    main, *sides = (y.float() for y in outputs)
    final = matte_loss(main, alpha, trust)
    total = final
    for side in sides:
        size = side.shape[2:]
        total = total + SIDE_LOSS * matte_loss(side, F.adaptive_avg_pool2d(alpha, size), F.adaptive_avg_pool2d(trust, size))
    return total, final


class Trainer:
    def __init__(self, arguments: argparse.Namespace):
        torch.manual_seed(arguments.seed)
        self.out, self.budget = arguments.out, arguments.minutes * 60
        self.model = Supervised().to(memory_format=torch.channels_last)
        load_imagenet_encoder(self.model.network, arguments.encoder)
        self.average = copy.deepcopy(self.model.network)
        encoder = list(self.model.network.encoder.parameters())
        chosen = {id(p) for p in encoder}
        rest = [p for p in self.model.parameters() if id(p) not in chosen]
        self.optimiser = torch.optim.AdamW(
            [{"params": encoder, "rate": ENCODER_RATE}, {"params": rest, "rate": DECODER_RATE}], weight_decay=WEIGHT_DECAY
        )
        self.step, self.pictures, self.seconds = 0, 0, 0.0
        self.checkpoint = self.out / "checkpoint.pt"
        if self.checkpoint.exists():
            self.restore()

    def restore(self) -> None:
        state = torch.load(self.checkpoint)
        self.model.load_state_dict(state["model"])
        self.average.load_state_dict(state["average"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.pictures, self.seconds = state["step"], state["pictures"], state["seconds"]

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "pictures": self.pictures,
            "seconds": self.seconds,
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.rename(self.checkpoint)

    def set_rate(self) -> None:
        warm_up = min(1, (self.step + 1) / WARM_UP_STEPS)
        cosine = 0.5 + 0.5 * math.cos(math.pi * min(1, self.seconds / self.budget))
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * warm_up * cosine

    def update(self, images: Tensor, alphas: Tensor, trusts: Tensor) -> float:
        x = ((images.float() / 255 - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            outputs = self.model(x)
        loss, final = total_loss(outputs, alphas.float() / 255, trusts.float() / 255)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 5)
        self.set_rate()
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.step += 1
        self.pictures += len(images)
        self.update_average()
        return final.item()

    @torch.no_grad()
    def update_average(self) -> None:
        weight = 1 - min(AVERAGING, self.step / (self.step + 10))
        own = self.model.network.state_dict()
        for name, value in self.average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(own[name], weight)

    def run(self, batches: Batches, workers: int) -> None:
        for share, size in PHASES:
            batches.size = size
            self.run_until(share * self.budget, batches, workers)
            self.save()

    def run_until(self, end: float, batches: Batches, workers: int) -> None:
        if self.seconds >= end:
            return
        loader = DataLoader(batches, batch_size=None, sampler=range(self.step, len(batches)), num_workers=workers, prefetch_factor=4)
        last = saved = time.monotonic()
        losses: list[float] = []
        for batch in loader:
            losses.append(self.update(*batch))
            now = time.monotonic()
            self.seconds, last = self.seconds + now - last, now
            if self.step % STEPS_BETWEEN_REPORTS == 0:
                print(f"step {self.step}  pictures {self.pictures}  minutes {self.seconds / 60:.1f}  loss {sum(losses) / len(losses):.4f}", flush=True)
                losses.clear()
            if now - saved > SECONDS_BETWEEN_CHECKPOINTS:
                self.save()
                saved = now
            if self.seconds >= end:
                return


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoder", required=True, help="MobileNetV2 trained on ImageNet, torchvision's names, batch norms folded")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=100)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare pictures")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    Trainer(arguments).run(Batches(arguments.data, arguments.batch, arguments.seed), arguments.workers)


if __name__ == "__main__":
    main()
