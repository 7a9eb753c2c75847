# SPDX-License-Identifier: MIT
"""What an open dashboard costs the gateway: CPU per request with its calls, and without."""
import collections
import http.client
import threading
import time

from .cpurows import note_errors, per_request
from .gateways import FixedUpstream, Meridian, Profile
from .table import Figure, medians

STATUS_S = 1.0  # as the page does: status and what is new once a second, the history every five
HISTORY_S = 5.0
MAX_REQUESTS = 600


class Dashboard:
    """Makes the page's calls from a thread of its own, as long as the block lasts."""

    def __init__(self, port):
        self._port = port
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.calls = self.failures = self.bytes = 0

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join(10)

    def _get(self, connection, path):
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        self.calls += 1
        self.bytes += len(body)
        if answer.status != 200:
            self.failures += 1
        return body

    def _run(self):
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        history_due = 0.0
        query = "limit=100"
        while not self._end.is_set():
            started = time.monotonic()
            try:
                self._get(connection, "/meridian/status")
                recent = self._get(connection, f"/meridian/requests?{query}")
                # the number behind the list; the whole is not worth parsing here
                after = recent[recent.rfind(b'"next":') + 7:].split(b",")[0].strip(b"} \n")
                query = f"after={int(after)}&limit={MAX_REQUESTS}"
                if started >= history_due:
                    history_due = started + HISTORY_S
                    for wanted in ("hour&points=300", "day&points=1440"):
                        self._get(connection, f"/meridian/history?range={wanted}")
            except (OSError, ValueError, http.client.HTTPException):
                self.failures += 1
                connection.close()
            self._end.wait(max(0.0, STATUS_S - (time.monotonic() - started)))
        connection.close()


def watched(world):
    """Pairs of runs, with and without; the ratio is the median of the pairs'."""
    upstream = FixedUpstream(world)
    gateway = Meridian(world, Profile(chat=[upstream.port]))
    cost = Figure("watched", "CPU/request, a dashboard open", "us", {})
    growth = Figure("watched", "  against itself without it", "ratio", {}, 1.03)
    samples = collections.defaultdict(list)
    calls = failures = size = 0
    world.wrk(gateway.port, 1)
    for _ in range(2 * world.options.rounds):
        alone, result = per_request(gateway, world, world.options.seconds)
        note_errors(cost, gateway, result["errors"], "failed requests")
        with Dashboard(gateway.port) as dashboard:
            seen, result = per_request(gateway, world, world.options.seconds)
        note_errors(cost, gateway, result["errors"] + dashboard.failures, "failures beside the dashboard")
        samples["seen"].append(seen)
        samples["growth"].append(seen / alone)
        calls, failures, size = calls + dashboard.calls, failures + dashboard.failures, size + dashboard.bytes
    gateway.stop()
    upstream.stop()
    middle = medians(samples)
    cost.values, growth.values = {"meridian": middle["seen"]}, {"meridian": middle["growth"]}
    growth.notes.append(f"{calls} calls, {size // max(1, calls)} bytes each, {failures} failed; "
                        "pairs " + " ".join(f"{ratio:.3f}" for ratio in samples["growth"]))
    return [cost, growth]
