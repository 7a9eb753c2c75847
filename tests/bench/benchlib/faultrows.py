# SPDX-License-Identifier: MIT
"""Rows in failures: backends killed, and slow clients beside a fast one."""
import itertools
import json
import signal
import time

from .cpurows import note_errors
from .gateways import Profile, get
from .table import Figure
from .world import settle

RATE = 1000
SLOW_CLIENTS = (("head", "heads", 5000), ("body", "bodies", 2000), ("read", "readers", 200))
ANSWER_MS = 20  # so that a killed backend has requests in hand


def kill(world):
    """Three backends; in turn one is killed (SIGKILL) and comes back a second later."""
    seconds, period = world.long_or(60, 12), world.long_or(5, 3)
    errors = Figure("kill", f"failed of {RATE}/s x {seconds} s, a backend killed every {period} s",
                    "", {}, 0)
    p99 = Figure("kill", "  p99", "us", {})
    for kind in world.kinds:
        upstreams = [world.upstream(delay_ms=ANSWER_MS) for _ in range(3)]
        ports = [upstream.port for upstream in upstreams]
        gateway = kind(world, Profile(chat=ports, is_failing=True))
        settle(1.5)  # one round of health probes
        with world.live_client("rate", gateway.port, rate=RATE, seconds=seconds,
                               body=world.body) as client:
            end = time.monotonic() + seconds
            for victim in itertools.cycle(range(3)):
                settle(period - 1)
                if time.monotonic() + 1 > end:
                    break
                world.processes.stop(upstreams[victim], first=signal.SIGKILL)
                settle(1)
                upstreams[victim] = world.upstream(port=ports[victim], delay_ms=ANSWER_MS)
            report = client.result()
        errors.values[kind.name] = report["errors"]
        p99.values[kind.name] = report["latency_p99_us"]
        if report["errors"]:
            errors.notes.append(f"{kind.name}: {report['errors_by_kind']} {report['statuses']} "
                                f"of {report['sent']}")
        gateway.stop()
        for upstream in upstreams:
            world.processes.stop(upstream)
    return [errors, p99]


def reload(world):
    """The configuration is read again every second, a weight changed each time (nginx: the same)."""
    seconds = world.long_or(60, 10)
    errors = Figure("reload", f"failed of {RATE}/s x {seconds} s, a reload every second", "", {}, 0)
    p99 = Figure("reload", "  p99", "us", {})
    for kind in world.kinds:
        if not kind.can_reload:
            continue
        upstreams = [world.upstream(delay_ms=ANSWER_MS) for _ in range(3)]
        gateway = kind(world, Profile(chat=[upstream.port for upstream in upstreams]))
        with world.live_client("rate", gateway.port, rate=RATE, seconds=seconds,
                               body=world.body) as client:
            for weight in range(2, seconds + 1):
                settle(1)
                gateway.configuration.write_text(gateway.text().replace("weight: 1",
                                                                        f"weight: {weight}"),
                                                 encoding="utf-8")
                gateway.process.send_signal(signal.SIGHUP)
            report = client.result()
        errors.values[kind.name] = report["errors"]
        p99.values[kind.name] = report["latency_p99_us"]
        if report["errors"]:
            errors.notes.append(f"{kind.name}: {report['errors_by_kind']} {report['statuses']} "
                                f"of {report['sent']}")
        gateway.stop()
        for upstream in upstreams:
            world.processes.stop(upstream)
    return [errors, p99]


def loris(world):
    """Slow clients of three kinds, and one well-behaved client beside them."""
    seconds = world.long_or(75, 13)
    figures = []
    upstream = world.upstream()
    for kind_of_slow, word, count in SLOW_CLIENTS:
        beside = Figure("loris", f"p99 beside {count} slow {word}, against alone",
                        "ratio", {})
        size = Figure("loris", "  RSS then", "MiB", {})
        for kind in world.kinds:
            gateway = kind(world, Profile(chat=[upstream.port], is_streaming=True))
            probe = {"requests": 3000, "body": world.body}
            alone = world.client("latency", gateway.port, **probe)
            length = seconds if kind_of_slow == "head" else 6
            with world.live_client("loris", gateway.port, kind=kind_of_slow, connections=count,
                                   interval_ms=500, seconds=length) as slow:
                slow.wait_live()
                settle(1)
                crowded = world.client("latency", gateway.port, **probe)
                settle(2)
                size.values[kind.name] = gateway.memory()[0]
                report = slow.result()
            beside.values[kind.name] = crowded["latency_p99_us"] / alone["latency_p99_us"]
            note_errors(beside, gateway, crowded["errors"] + alone["errors"], "failed requests")
            beside.notes.append(
                f"{kind.name}: after {length} s {report['still_open']:g} of "
                f"{report['connected']:g} slow clients still connected"
                + (f", answered {report['statuses']}" if report["statuses"] else "")
                + (f", median life {report['cut_after_p50_us'] / 1e6:.1f} s"
                   if report["cut_after_samples"] else ""))
            gateway.stop()
        figures += [beside, size]
    world.processes.stop(upstream)
    return figures
