"""What training the two networks has in common: precision, averaging, the clock, checkpoints.

Arithmetic is in bfloat16 where the processor has it, without autocast: a working copy of the network has bfloat16 convolutions, the
optimiser keeps single-precision weights of its own. Casting activations back and forth cost a quarter of a step. Where bfloat16 would
be put together from other instructions a step takes more than twice as long with it as in single precision.
The learning rate follows the processor time spent, not the number of steps, so that training ends when the minutes are over on any
machine, and neither a pause nor other work there takes anything from it.
Several processes of one thread each share a step and average their gradients: two of them learned from 25 pictures of 256 pixels a
second on two cores, one with a second process for its batches from 14, as a batch takes a tenth of the time of a step.
"""

import argparse
import copy
import math
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.distributed as processes
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

PRECISION = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32
WEIGHT_DECAY = 0.01
WARM_UP_STEPS = 200
AVERAGING = 0.998
LARGEST_GRADIENT = 5.0
SECONDS_BETWEEN_CHECKPOINTS, STEPS_BETWEEN_REPORTS = 120, 50


@dataclass
class Progress:
    step: int = 0
    pictures: int = 0
    seconds: float = 0.0  # of one process's main thread on a processor
    elapsed: float = 0.0  # on the wall's clock


@dataclass
class Phase:
    """Until this share of the time, items of this size."""

    until: float
    size: int


def working_copy(model: nn.Module) -> nn.Module:
    """The same network with convolutions of the working precision; batch norms stay in single precision, their running statistics are shared."""
    work = copy.deepcopy(model)
    for own, module in zip(model.modules(), work.modules()):
        if isinstance(module, nn.BatchNorm2d):
            for name, buffer in own.named_buffers(recurse=False):
                module.register_buffer(name, buffer)
        else:
            for parameter in module.parameters(recurse=False):
                parameter.data = parameter.data.to(PRECISION)
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
        self.checkpoint = checkpoint(self.out)
        self.average = copy.deepcopy(self.model)
        self.optimiser = torch.optim.AdamW([{"params": p, "rate": rate} for p, rate in self.rates], weight_decay=WEIGHT_DECAY)
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint)
            self.model.load_state_dict(state["model"])
            self.average.load_state_dict(state["average"])
            self.optimiser.load_state_dict(state["optimiser"])
            for group, (_, rate) in zip(self.optimiser.param_groups, self.rates):
                group["rate"] = rate  # the state has the one it was saved with
            self.progress = Progress(**state["progress"])
        self.work = working_copy(self.model)
        self.twins = [(own, work) for own, work in zip(self.model.parameters(), self.work.parameters()) if own.requires_grad]

    def save(self) -> None:
        if process_index() > 0:
            return
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
        share([own.grad for own, _ in self.twins if own.grad is not None])
        nn.utils.clip_grad_norm_(self.model.parameters(), LARGEST_GRADIENT)
        warm_up = min(1, (self.progress.step + 1) / WARM_UP_STEPS)
        cosine = 0.5 + 0.5 * math.cos(math.pi * min(1, self.progress.seconds / self.budget))
        for group in self.optimiser.param_groups:
            group["lr"] = group["rate"] * warm_up * cosine
        self.optimiser.step()
        self.optimiser.zero_grad()
        self.progress.step += 1
        self.progress.pictures += len(batch[0]) * process_count()
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
        indices = range(self.progress.step * process_count() + process_index(), 1 << 30, process_count())
        loader = DataLoader(batches, batch_size=None, sampler=indices, num_workers=workers, prefetch_factor=4 if workers else None)
        last, last_elapsed = time.thread_time(), time.monotonic()
        saved = last_elapsed
        losses: list[float] = []
        for batch in loader:
            losses.append(self.update(batch))
            now, now_elapsed = time.thread_time(), time.monotonic()
            clock = torch.tensor([self.progress.seconds + now - last], dtype=torch.float64)
            share([clock])  # or one process would stop a step before the others
            self.progress.seconds, last = clock.item(), now
            self.progress.elapsed += now_elapsed - last_elapsed
            last_elapsed = now_elapsed
            if process_index() == 0 and self.progress.step % STEPS_BETWEEN_REPORTS == 0:
                minutes, elapsed = self.progress.seconds / 60, self.progress.elapsed / 60
                counts = f"step {self.progress.step}  pictures {self.progress.pictures}  minutes {minutes:.1f} of {elapsed:.1f}"
                print(f"{counts}  loss {sum(losses) / len(losses):.4f}", flush=True)
                losses.clear()
            if now_elapsed - saved > SECONDS_BETWEEN_CHECKPOINTS:
                self.save()
                saved = now_elapsed
            if self.progress.seconds >= end:
                return


def checkpoint(out: Path) -> Path:
    return out / "checkpoint.pt"


def load_start(model: nn.Module, arguments: argparse.Namespace, load_weights: Callable[[Path], None]) -> None:
    """Fills the network from `--start`, from a weight file by `load_weights`. A run that goes on from its own checkpoint needs neither."""
    if not arguments.start or checkpoint(arguments.out).exists():
        return
    if arguments.start.suffix == ".safetensors":
        load_weights(arguments.start)
    else:
        model.load_state_dict(torch.load(arguments.start)["average"])


# Processes


def process_count() -> int:
    return processes.get_world_size() if processes.is_initialized() else 1


def process_index() -> int:
    return processes.get_rank() if processes.is_initialized() else 0


def share(tensors: list[Tensor]) -> None:
    """Replaces each tensor by its mean over all processes."""
    if process_count() == 1:
        return
    flat = torch.cat([t.flatten() for t in tensors])
    processes.all_reduce(flat)
    for tensor, mean in zip(tensors, flat.div_(process_count()).split([t.numel() for t in tensors])):
        tensor.copy_(mean.view_as(tensor))


def run_in_processes(count: int, train: Callable[[argparse.Namespace], None], arguments: argparse.Namespace) -> None:
    """Calls `train(arguments)` in `count` processes; within it `share` and `Trainer` know of each other."""
    if count == 1:
        return train(arguments)
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(join, (count, f"file://{folder}/store", train, arguments), count)


def join(index: int, count: int, store: str, train: Callable[[argparse.Namespace], None], arguments: argparse.Namespace) -> None:
    # PyTorch asks for an interrupt when the first process dies; one started in the background would ignore it and train on, alone.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    processes.init_process_group("gloo", init_method=store, world_size=count, rank=index)
    train(arguments)
    processes.destroy_process_group()


def training_arguments(description: str, minutes: float) -> argparse.ArgumentParser:
    """What both trainings can be told."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, help="checkpoint of an earlier run, or its weight file, to start from")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=minutes, help="of processor time, for each process")
    parser.add_argument("--batch", type=int, default=16, help="items of a step, of all processes together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1, help="that share each step; one for each core is fastest, with --workers 0")
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--workers", type=int, default=1, help="processes that prepare batches, for each that trains")
    return parser


def split_rates(model: nn.Module, encoder: nn.Module, encoder_rate: float, rate: float) -> list[tuple[list[nn.Parameter], float]]:
    """A pretrained encoder learns more slowly than what follows it; what is frozen does not learn."""
    pretrained = {id(p) for p in encoder.parameters()}

    def learning(inside: bool) -> Iterator[nn.Parameter]:
        return (p for p in model.parameters() if p.requires_grad and (id(p) in pretrained) == inside)

    return [(list(learning(True)), encoder_rate), (list(learning(False)), rate)]
