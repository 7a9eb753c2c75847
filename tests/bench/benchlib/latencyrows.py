# SPDX-License-Identifier: MIT
"""Rows in time: what a gateway adds to one request alone, to a large body, and how it starts."""
import collections
import statistics

from .cpurows import note_errors
from .gateways import FixedUpstream, Profile
from .table import Figure, medians
from .world import settle


def added(world, row, upstream_port, body, requests, names, bars):
    """p50 and p99 over the direct figure of the same round, gateways interleaved with direct."""
    running = [kind(world, Profile(chat=[upstream_port])) for kind in world.kinds]
    figures = [Figure(row, f"{names[0]} p50", "us", {}, bars[0]),
               Figure(row, f"{names[0]} p99", "us", {}, bars[1])]
    samples = {"p50": collections.defaultdict(list), "p99": collections.defaultdict(list)}
    direct = {"p50": [], "p99": []}
    steps = collections.Counter()
    load = {"requests": requests, "body": body}
    for _ in range(world.options.rounds + 2):
        base = world.client("latency", upstream_port, **load)
        for key in samples:
            direct[key].append(base[f"latency_{key}_us"])
        steps["direct"] += base["latency_steps_40ms"]
        for gateway in running:
            report = world.client("latency", gateway.port, **load)
            for key in samples:
                samples[key][gateway.name].append(report[f"latency_{key}_us"]
                                                  - base[f"latency_{key}_us"])
            steps[gateway.name] += report["latency_steps_40ms"]
            note_errors(figures[0], gateway, report["errors"], "failed requests")
    for gateway in running:
        gateway.stop()
    for figure, key in zip(figures, samples):
        figure.values = medians(samples[key])
        figure.notes.append(f"direct {key} {statistics.median(direct[key]):.0f} us")
    stepped = {name: count for name, count in steps.items() if count}
    if stepped:
        figures[1].notes.append(f"answers that took 35 ms or more: {dict(stepped)}")
    return figures


def alone(world):
    upstream = FixedUpstream(world)
    try:
        return added(world, "latency", upstream.port, world.body, 6000,
                     ["added latency, concurrency 1,"], [60, 150])
    finally:
        upstream.stop()


def large(world):
    upstream = world.upstream()
    try:
        return added(world, "body", upstream.port, world.large_body, 600,
                     ["added latency, 400 KB body,"], [None, 1000])
    finally:
        world.processes.stop(upstream)


def start(world):
    """From the spawn of the process to the first 200 of /healthz."""
    figure = Figure("start", "start to ready", "ms", {}, 100)
    upstream = world.upstream()
    samples = collections.defaultdict(list)
    for _ in range(5):
        for kind in world.kinds:
            gateway = kind(world, Profile(chat=[upstream.port]))
            samples[kind.name].append(gateway.ready_ms)
            gateway.stop()
            settle(0.1)
    world.processes.stop(upstream)
    figure.values = medians(samples)
    return [figure]
