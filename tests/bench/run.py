#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The performance table: Meridian beside nginx and haproxy in one run. See README.md here."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
# pylint: disable=wrong-import-position
from benchlib import cpurows, dashboardrows, faultrows, latencyrows, memoryrows  # noqa: E402
from benchlib.table import print_table  # noqa: E402
from benchlib.world import World  # noqa: E402

# In the order they run. `idle` is measured together with `cpu`, `long` rows only under --long.
ROWS = {
    "cpu": cpurows.passthrough,
    "idle": cpurows.passthrough,
    "sse": cpurows.chunks,
    "translate": cpurows.translate,
    "watched": dashboardrows.watched,
    "latency": latencyrows.alone,
    "body": latencyrows.large,
    "rss": memoryrows.idle,
    "hold": memoryrows.many,
    "start": latencyrows.start,
    "workers": cpurows.workers,
    "kill": faultrows.kill,
    "reload": faultrows.reload,
    "loris": faultrows.loris,
}
ONLY_LONG = {"loris"}


class BenchWorld(World):
    """A World that knows which rows were asked for."""

    def __init__(self, options, rows):
        super().__init__(options)
        self._rows = rows
        self.shortened = []

    def wants(self, row):
        return row in self._rows

    def long_or(self, long, short):
        if not self.options.long and f"{long} s to {short} s" not in self.shortened:
            self.shortened.append(f"{long} s to {short} s")
        return long if self.options.long else short


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", help="build directory (bin/ inside)")
    parser.add_argument("--rows", default="", help="comma-separated: " + ",".join(ROWS))
    parser.add_argument("--json", metavar="FILE", help="write the figures there")
    parser.add_argument("--long", action="store_true", help="full durations and the slow rows")
    parser.add_argument("--without-meridian", action="store_true", help="the references alone")
    parser.add_argument("--no-pin", dest="pin", action="store_false",
                        help="leave every process to the scheduler")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of one wrk run")
    options = parser.parse_args()
    unknown = [row for row in options.rows.split(",") if row and row not in ROWS]
    if unknown:
        parser.error("no such row: " + ", ".join(unknown))
    return options


def missing(options):
    tools = ["nginx", "haproxy", "wrk"]
    programs = ["meridian_bench_client", "meridian_bench_upstream"]
    if not options.without_meridian:
        programs.append("meridian")
    return [tool for tool in tools if not shutil.which(tool)] + [
        f"{options.build}/bin/{program}" for program in programs
        if not os.access(f"{options.build}/bin/{program}", os.X_OK)]


def measure(world, rows):
    figures, failed, done = [], [], set()
    for row in rows:
        function = ROWS[row]
        if function in done:
            continue
        done.add(function)
        began = time.monotonic()
        print(f"… {row}", end="", flush=True, file=sys.stderr)
        try:
            figures += function(world)
        except (RuntimeError, OSError, KeyError, ValueError, subprocess.SubprocessError) as error:
            failed.append(f"{row}: {error}")
            world.processes.stop_all()  # whatever the row left behind
        print(f" {time.monotonic() - began:.0f} s", flush=True, file=sys.stderr)
    return figures, failed


def main():
    options = parse()
    # Debian keeps nginx and haproxy where an ordinary user's PATH does not look.
    os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
    absent = missing(options)
    if absent:
        print("bench: missing " + ", ".join(absent), file=sys.stderr)
        return 2
    rows = [row for row in ROWS if (row in options.rows.split(",")) or (
        not options.rows and (options.long or row not in ONLY_LONG))]
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    world = BenchWorld(options, rows)
    before = os.getloadavg()[0]
    try:
        figures, failed = measure(world, rows)
    except KeyboardInterrupt:
        print("\nbench: interrupted", file=sys.stderr)
        return 130
    finally:
        world.close()

    print(f"\n{datetime.date.today()} · {platform.release()} · {os.cpu_count()} CPUs shared by load,"
          " upstream and gateway · read ratios, not absolutes\n")
    print_table(figures)
    cpus = os.cpu_count() or 1
    if before > cpus / 2:
        print(f"\nThe machine was busy before the run (load {before:.1f} on {cpus} CPUs): CPU ratios"
              " hold roughly, times do not.")
    if world.shortened:
        print("\nShortened (use --long): " + "; ".join(world.shortened))
    left_out = [row for row in ROWS if row not in rows]
    if left_out:
        print("Rows left out: " + ", ".join(left_out))
    for line in failed:
        print("NOT MEASURED " + line)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"figures": [figure.as_json() for figure in figures], "not_measured": failed,
             "shortened": world.shortened}, indent=1), encoding="utf-8")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
