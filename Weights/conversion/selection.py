"""Which tensors of a file are the network's: which dictionary, behind which prefix, and what is wrong with them."""

import fnmatch

import torch

from .catalog import Network, named, recognized
from .checkpoint import Source
from .layers import COUNTERS, State
from .problems import ConversionError, counted
from .weights import Weights


def select(source: Source, architecture: str | None, place: str | None) -> tuple[Network, State]:
    """The network, and the tensors that are meant for it, under its own names."""
    if not source.states:
        raise ConversionError("the file holds no tensors")
    if place is not None and place not in source.states:
        raise ConversionError(f"the file has no dictionary of tensors at '{place}'; it has {places(source)}")
    candidates = {place: source.states[place]} if place is not None else source.states
    architecture = architecture or source.metadata.get("architecture")
    found: list[tuple[str, Network, State]] = []
    for key, state in candidates.items():
        shapes = {name: tuple(value.shape) for name, value in state.items()}
        network = named(architecture) if architecture else recognized(shapes)
        if network is not None and (prefix := network.prefix(shapes)) is not None:
            # What lies beside the network, a loss or another network, is none of its tensors.
            found.append((key, network, {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}))
    if len(found) > 1:
        raise ConversionError(f"the file holds the network more than once; choose with --state one of {', '.join(key for key, *_ in found)}")
    if found:
        return found[0][1:]
    largest = max(candidates.values(), key=lambda state: len(list(state)))
    if architecture:
        # What is missing is then told tensor by tensor.
        return named(architecture), largest
    raise ConversionError(f"the tensors are of no known network ({counted(list(largest), 5)}); name it with --architecture")


def places(source: Source) -> str:
    return ", ".join(f"'{place}' ({len(state)} tensors)" for place, state in source.states.items())


def checked(network: Network, state: State, ignored: list[str]) -> tuple[Weights, list[str]]:
    """The tensors as finite floats of the right shapes, and notes; one error names all that does not fit."""
    state = {name: value for name, value in state.items() if not name.endswith(COUNTERS)}
    state = {name: value for name, value in state.items() if not any(fnmatch.fnmatchcase(name, pattern) for pattern in ignored)}
    for alias, own in network.aliases:
        for name in [name for name in state if name.startswith(alias)]:
            state[own + name.removeprefix(alias)] = state.pop(name)
    weights = Weights(network, {name: tuple(value.shape) for name, value in state.items()}, state)
    expected = weights.expected()
    notes: list[str] = []
    problems: list[str] = []
    missing = [name for name in expected if name not in state]
    spare = [name for name in missing if name.startswith(tuple(scope + "." for scope in network.spare))]
    for name in spare:
        state[name] = torch.ones(expected[name]) if name.endswith("running_var") else torch.zeros(expected[name])
    if spare:
        notes.append(f"not in the source, zeros instead, the matte does not depend on them: {counted(spare, 6)}")
    if missing := [name for name in missing if name not in spare]:
        problems.append(f"missing: {counted([f'{name} {list(expected[name])}' for name in missing])}")
    if unused := [name for name in state if name not in expected]:
        problems.append(f"unused: {counted(unused)} (--ignore PATTERN leaves tensors out)")
    known = {name: state[name] for name in expected if name in state}
    misshaped = [name for name, value in known.items() if tuple(value.shape) != expected[name]]
    if misshaped:
        texts = [f"{name} is {list(known[name].shape)}, not {list(expected[name])}" for name in misshaped]
        problems.append(f"of another shape: {counted(texts)}")
    unread = [name for name, value in known.items() if not value.dtype.is_floating_point or value.layout != torch.strided]
    if unread:
        problems.append(f"not stored as floats: {counted([f'{name} ({known[name].dtype})' for name in unread])}")
    # Only now that shapes are right may values be copied: a few bytes can claim to be a tensor of any size.
    floats = {name: value.detach().float().contiguous() for name, value in known.items() if name not in {*misshaped, *unread}}
    nonfinite = {name: int((~torch.isfinite(value)).sum()) for name, value in floats.items()}
    if any(nonfinite.values()):
        problems.append(f"not finite: {counted([f'{name} ({count} values)' for name, count in nonfinite.items() if count])}")
    if problems:
        raise ConversionError(*(f"{network.name}: {problem}" for problem in problems))
    weights.state = floats
    return weights, notes
