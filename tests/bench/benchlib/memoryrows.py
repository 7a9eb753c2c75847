# SPDX-License-Identifier: MIT
"""Rows in MiB: a fresh process, then with live streams whose every byte is checked."""
import threading
import time

from .cpurows import note_errors
from .gateways import Profile
from .table import Figure
from .world import settle

LIVE, MANY = 1000, 9000


def hold(world, gateway, streams, seconds, figure):
    """Peak RSS of the gateway while the streams are live, and the client's report."""
    peak = 0.0
    load = {"streams": streams, "seconds": seconds, "interval-ms": 1000}
    with world.live_client("hold", gateway.port, **load) as client:
        report = {}
        reader = threading.Thread(target=lambda: report.update(client.result()), daemon=True)
        reader.start()
        while reader.is_alive():
            peak = max(peak, gateway.memory()[0])
            time.sleep(0.25)
    if not report:
        raise RuntimeError(f"no report of {streams} streams through {gateway.name}")
    whole = report["completed"]
    note_errors(figure, gateway, streams - whole,
                f"of {streams} streams incomplete: {report['errors_by_kind']} {report['statuses']}")
    if report["live"] < streams:
        figure.notes.append(f"{gateway.name}: {report['live']:g} were open at the same moment")
    return peak, report


def idle(world):
    """A fresh gateway at rest, then with 1 000 streams of one token a second."""
    upstream = world.upstream()
    rest = Figure("rss", "RSS idle", "MiB", {}, 24)
    anonymous = Figure("rss", "  of it anonymous", "MiB", {}, 6)
    busy = Figure("rss", f"RSS, {LIVE} live streams", "MiB", {}, 32)
    for kind in world.kinds:
        gateway = kind(world, Profile(chat=[upstream.port], is_streaming=True))
        settle(1)
        rest.values[kind.name], anonymous.values[kind.name] = gateway.memory()
        busy.values[kind.name], _ = hold(world, gateway, LIVE, 6, busy)
        gateway.stop()
    world.processes.stop(upstream)
    return [rest, anonymous, busy]


def many(world):
    """9 000 streams held; every byte of every stream must arrive."""
    seconds = world.long_or(30, 8)
    upstream = world.upstream()
    size = Figure("hold", f"RSS, {MANY} streams held {seconds} s", "MiB", {}, 96)
    lost = Figure("hold", "  streams not delivered whole", "", {}, 0)
    p50 = Figure("hold", "  token delay p50", "us", {})
    p99 = Figure("hold", "  token delay p99", "us", {})
    for kind in world.kinds:
        gateway = kind(world, Profile(chat=[upstream.port], is_streaming=True))
        settle(0.5)
        size.values[kind.name], report = hold(world, gateway, MANY, seconds, size)
        lost.values[kind.name] = MANY - report["completed"]
        p50.values[kind.name] = report["delay_p50_us"]
        p99.values[kind.name] = report["delay_p99_us"]
        gateway.stop()
        settle(0.5)
    world.processes.stop(upstream)
    return [size, lost, p50, p99]
