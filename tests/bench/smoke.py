#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Two seconds of both bench tools against each other, without a gateway: counts must be exact."""
import json
import subprocess
import sys
import tempfile

CLIENT, UPSTREAM = sys.argv[1:3]
failed = []


def run(port, mode, *options):
    command = [CLIENT, mode, "--target", f"127.0.0.1:{port}", *map(str, options)]
    done = subprocess.run(command, input="", capture_output=True, text=True,
                          timeout=30, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def expect(result, **wanted):
    for key, value in wanted.items():
        if result[key] != value:
            failed.append(f"{result['mode']}: {key} is {result[key]}, not {value}: {result}")


def main():
    upstream = subprocess.Popen([UPSTREAM], stdout=subprocess.PIPE, text=True)
    try:
        port = json.loads(upstream.stdout.readline())["port"]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as body:
            body.write('{"model":"bench-model","messages":[]}')
            body.flush()
            expect(run(port, "latency", "--requests", 300, "--warmup", 10, "--body", body.name),
                   errors=0, latency_samples=300, statuses={"200": 300})
            rate = run(port, "rate", "--rate", 500, "--seconds", 0.4, "--body", body.name)
            expect(rate, errors=0, statuses={"200": rate["sent"]})
        # 5 tokens of content and one [DONE] on each of 100 streams
        expect(run(port, "hold", "--streams", 100, "--seconds", 0.5, "--interval-ms", 100),
               errors=0, live=100, completed=100, events=600, delay_samples=500)
        burst = run(port, "stream", "--streams", 8, "--chunks", 50, "--interval-ms", 0,
                    "--total", 20000)
        expect(burst, errors=0, events=burst["completed"] * 51)
        expect(run(port, "idle", "--streams", 50), errors=0, live=50, completed=0)
        expect(run(port, "loris", "--kind", "head", "--connections", 20, "--interval-ms", 50,
                   "--seconds", 0.3), errors=0, connected=20, still_open=20)
        # Nobody listens on port 1: the failure must be seen and counted.
        expect(run(1, "hold", "--streams", 3, "--seconds", 0.1), completed=0,
               errors_by_kind={"connect": 3})
    finally:
        upstream.terminate()
        upstream.wait(10)
    print("\n".join(failed) or "ok")
    return 1 if failed else 0


sys.exit(main())
