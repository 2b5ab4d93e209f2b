"""What training the two networks has in common: precision, averaging, the clock, checkpoints.

Arithmetic is in bfloat16, without autocast: a working copy of the network has bfloat16 convolutions, the optimiser keeps
single-precision weights of its own. Casting activations back and forth cost a quarter of a step.
The learning rate follows the time spent, not the number of steps, so that training ends when the minutes are over on any machine.
"""

import argparse
import copy
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

WEIGHT_DECAY = 0.01
WARM_UP_STEPS = 200
AVERAGING = 0.998
LARGEST_GRADIENT = 5.0
SECONDS_BETWEEN_CHECKPOINTS, STEPS_BETWEEN_REPORTS = 120, 50


@dataclass
class Progress:
    step: int = 0
    pictures: int = 0
    seconds: float = 0.0


@dataclass
class Phase:
    """Until this share of the time, items of this size."""

    until: float
    size: int


def working_copy(model: nn.Module) -> nn.Module:
    """The same network with bfloat16 convolutions; batch norms stay in single precision, their running statistics are shared."""
    work = copy.deepcopy(model)
    for own, module in zip(model.modules(), work.modules()):
        if isinstance(module, nn.BatchNorm2d):
            for name, buffer in own.named_buffers(recurse=False):
                module.register_buffer(name, buffer)
        else:
            for parameter in module.parameters(recurse=False):
                parameter.data = parameter.data.bfloat16()
    return work.to(memory_format=torch.channels_last)


@dataclass
class Trainer:
    """Minimises `loss(network, batch) -> (total, reported)` within a budget of seconds and goes on from its checkpoint when run again."""

    model: nn.Module
    rates: list[tuple[list[nn.Parameter], float]]
    loss: Callable[[nn.Module, list[Tensor]], tuple[Tensor, Tensor]]
    out: Path
    budget: float
    progress: Progress = field(default_factory=Progress)

    def __post_init__(self) -> None:
        self.out.mkdir(parents=True, exist_ok=True)
        self.checkpoint = self.out / "checkpoint.pt"
        self.average = copy.deepcopy(self.model)
        self.optimiser = torch.optim.AdamW([{"params": p, "rate": rate} for p, rate in self.rates], weight_decay=WEIGHT_DECAY)
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.progress = Progress(**state["progress"])
        self.work = working_copy(self.model)
        self.twins = [(own, work) for own, work in zip(self.model.parameters(), self.work.parameters()) if own.requires_grad]

    def save(self) -> None:
        state = {
            "model": self.model.state_dict(),
            "average": self.average.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "progress": vars(self.progress),
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        partial.rename(self.checkpoint)

    def update(self, batch: list[Tensor]) -> float:
        total, reported = self.loss(self.work, batch)
        total.backward()
        for own, work in self.twins:
            if work.grad is not None:
                own.grad = work.grad.to(own.dtype)
                work.grad = None
        nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_GRADIENT)
        warm_up = min(1, (self.progress.step + 1) / WARM_UP_STEPS)
        cosine = 0.5 + 0.5 * math.cos(math.pi * min(1, self.progress.seconds / self.budget))
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * warm_up * cosine
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.progress.step += 1
        self.progress.pictures += len(batch[0])
        self.update_copies()
        return reported.item()

    @torch.no_grad()
    def update_copies(self) -> None:
        for own, work in self.twins:
            work.copy_(own)
        step = self.progress.step
        weight = 1 - min(AVERAGING, step / (step + 10))
        own = self.model.state_dict()
        for name, value in self.average.state_dict().items():
            if value.is_floating_point():
                value.lerp_(own[name], weight)

    def run(self, batches: Dataset, workers: int, phases: list[Phase]) -> None:
        for phase in phases:
            batches.size = phase.size
            self.run_until(phase.until * self.budget, batches, workers)
            self.save()

    def run_until(self, end: float, batches: Dataset, workers: int) -> None:
        if self.progress.seconds >= end:
            return
        loader = DataLoader(batches, batch_size=None, sampler=range(self.progress.step, 1 << 30), num_workers=workers, prefetch_factor=4 if workers else None)
        last = saved = time.monotonic()
        losses: list[float] = []
        for batch in loader:
            losses.append(self.update(batch))
            now = time.monotonic()
            self.progress.seconds, last = self.progress.seconds + now - last, now
            if self.progress.step % STEPS_BETWEEN_REPORTS == 0:
                minutes = self.progress.seconds / 60
                print(f"step {self.progress.step}  pictures {self.progress.pictures}  minutes {minutes:.1f}  loss {sum(losses) / len(losses):.4f}", flush=True)
                losses.clear()
            if now - saved > SECONDS_BETWEEN_CHECKPOINTS:
                self.save()
                saved = now
            if self.progress.seconds >= end:
                return


def training_arguments(description: str, minutes: float) -> argparse.ArgumentParser:
    """What both trainings can be told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, help="averaged weights of an earlier run to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=minutes)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare batches")
    return parser


def split_rates(model: nn.Module, encoder: nn.Module, encoder_rate: float, rate: float) -> list[tuple[list[nn.Parameter], float]]:
    """A pretrained encoder learns more slowly than what follows it; what is frozen does not learn."""
    pretrained = {id(p) for p in encoder.parameters()}

    def learning(inside: bool) -> Iterator[nn.Parameter]:
        return (p for p in model.parameters() if p.requires_grad and (id(p) in pretrained) == inside)

    return [(list(learning(True)), encoder_rate), (list(learning(False)), rate)]
