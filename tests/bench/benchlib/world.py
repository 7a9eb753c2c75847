# SPDX-License-Identifier: MIT
"""What all rows of one run share: options, processes, a scratch folder, upstreams, load tools."""
import json
import os
import pathlib
import subprocess
import tempfile
import threading
import time

from . import gateways, processes

BODY_BYTES = 420
WRK_CONNECTIONS = 32
WRK_SCRIPT = """wrk.method = "POST"
wrk.path = "/v1/chat/completions"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format(
    '\\nRESULT {"requests":%%d,"seconds":%%f,"errors":%%d,"p50_us":%%f,"p99_us":%%f}\\n',
    summary.requests, summary.duration / 1e6,
    e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class World:
    """One run. Close it in a finally: every process it started ends there."""

    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build).resolve()
        self.processes = processes.Processes()
        self._scratch = tempfile.TemporaryDirectory(prefix="meridian-bench-")
        self.folder = self._scratch.name
        self.body = self.file("chat.json", chat_body(BODY_BYTES))
        self.large_body = self.file("large.json", long_conversation(200, 400_000))
        self.wrk_script = self.file("wrk.lua", WRK_SCRIPT % chat_body(BODY_BYTES))
        self.kinds = [gateways.Nginx, gateways.HaProxy]
        if not options.without_meridian:
            self.kinds.insert(0, gateways.Meridian)
        cpus = sorted(os.sched_getaffinity(0))
        self._cpus = {"gateway": {cpus[0]}, "load": set(cpus[1:])} \
            if options.pin and len(cpus) > 1 else {}
        self._pinned = self._cpus

    def unpin(self):
        self._pinned, self._cpus = self._cpus, {}

    def repin(self):
        self._cpus = self._pinned

    def close(self):
        self.processes.stop_all()
        self._scratch.cleanup()

    def file(self, name, text):
        path = pathlib.Path(self.folder, name)
        path.write_text(text, encoding="utf-8")
        return path

    def gateway_cpus(self, profile):
        """One CPU for a gateway of one worker; the upstream and the load share the others."""
        if profile is None:
            return self._cpus.get("load")
        return self._cpus.get("gateway") if profile.workers == 1 else None

    def upstream(self, port=0, **options):
        """A meridian_bench_upstream; its port is `.port`."""
        words = [word for key, value in options.items() for word in
                 ("--" + key.replace("_", "-"), value)]
        child = self.processes.start(
            [self.build / "bin/meridian_bench_upstream", "--port", port, *words],
            cpus=self._cpus.get("load"), stdout=subprocess.PIPE, text=True)
        line = child.stdout.readline()
        if not line:
            raise RuntimeError("meridian_bench_upstream did not start")
        child.port = json.loads(line)["port"]
        return child

    def wrk(self, port, seconds, free=False):
        """One wrk thread with 32 connections; `free` leaves it unpinned, as the gateway is then."""
        command = ["wrk", "-t1", f"-c{WRK_CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s",
                   self.wrk_script, f"http://127.0.0.1:{port}"]
        child = self.processes.start(command, cpus=None if free else self._cpus.get("load"),
                                     stdout=subprocess.PIPE, text=True)
        try:
            output = child.communicate(timeout=seconds + 30)[0]
        finally:
            self.processes.stop(child)
        found = [line for line in output.splitlines() if line.startswith("RESULT ")]
        if not found:
            raise RuntimeError("wrk: " + output.strip()[-300:])
        return json.loads(found[0][7:])

    def client(self, mode, port, **options):
        """Runs the bench client to its end; its report as a dict."""
        with self.live_client(mode, port, **options) as running:
            return running.result()

    def live_client(self, mode, port, **options):
        return LiveClient(self, mode, port, options)

    def cpus_of_load(self):
        return self._cpus.get("load")


class LiveClient:
    """A bench client that is still running."""

    def __init__(self, world, mode, port, options):
        self.world = world
        words = [word for key, value in options.items() for word in
                 ("--" + key.replace("_", "-"), value)]
        self.child = world.processes.start(
            [world.build / "bin/meridian_bench_client", mode, "--target", f"127.0.0.1:{port}",
             *words], cpus=world.cpus_of_load(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.world.processes.stop(self.child)

    def wait_live(self):
        """Until every stream is open; how many are."""
        line = self.child.stdout.readline()
        return json.loads(line)["live"] if line else 0

    def is_running(self):
        return self.child.poll() is None

    def result(self, timeout=180):
        """Closes stdin (which ends `idle`), waits, and returns the report."""
        watchdog = threading.Timer(timeout, self.child.kill)
        watchdog.start()
        try:
            self.child.stdin.close()
            lines = self.child.stdout.readlines()
        finally:
            watchdog.cancel()
        if not lines:
            raise RuntimeError(f"bench client ended with {self.child.returncode} and no report")
        return json.loads(lines[-1])


def chat_body(size):
    """A chat request of exactly `size` bytes."""
    def body(text):
        return json.dumps({"model": "bench-model", "temperature": 0.2, "max_tokens": 64,
                           "messages": [{"role": "system", "content": "You are a terse assistant."},
                                        {"role": "user", "content": text}]})
    words = "Explain why the path of a request should be short. " * 20
    return body(words[:size - len(body(""))])


def long_conversation(messages, size):
    """What a coding tool sends after a while: `messages` messages, about `size` bytes."""
    each = size // messages - 60
    line = 'if (m_state != State::Ready) {\\n\\treturn "not yet";\\n} // \u00e4 line of code '
    text = (line * (each // len(line) + 1))[:each - 100]
    return json.dumps({"model": "bench-model", "max_tokens": 64, "messages": [
        {"role": "user" if number % 2 == 0 else "assistant", "content": f"{number}: {text}"}
        for number in range(messages)]})


def settle(seconds=0.3):
    """Lets sockets close and timers fire before the next figure."""
    time.sleep(seconds)
