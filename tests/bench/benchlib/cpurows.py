# SPDX-License-Identifier: MIT
"""Rows in CPU time: per request, with idle streams open, per relayed SSE chunk, per worker count."""
import collections

from .gateways import FixedUpstream, Meridian, Profile
from .table import Figure, medians
from .world import settle

IDLE_STREAMS = 5000
ENOUGH_REQUESTS = 40_000  # in one round; three rounds pass 100 000
PATH_OF_SILENCE = {"path": "/v1/completions", "model": "silent-model"}


def per_request(gateway, world, seconds, free=False):
    """(CPU microseconds per request, wrk's result). On a busy machine wrk runs once more,
    so that the clock ticks of /proc weigh less."""
    before = gateway.cpu()
    total = world.wrk(gateway.port, seconds, free)
    if total["requests"] < ENOUGH_REQUESTS:
        more = world.wrk(gateway.port, seconds, free)
        for key in ("requests", "seconds", "errors"):
            total[key] += more[key]
    if not total["requests"]:
        raise RuntimeError(f"{gateway.name} answered nothing")
    return (gateway.cpu() - before) * 1e6 / total["requests"], total


def note_errors(figure, gateway, errors, what):
    if errors:
        figure.notes.append(f"{gateway.name}: {errors:g} {what}")
        if gateway.name == "meridian":
            figure.failures += int(errors)


def passthrough(world):
    """CPU per request, and the same with thousands of silent streams open; A B C A B C."""
    seconds, rounds = world.options.seconds, world.options.rounds
    upstream, silence = FixedUpstream(world), world.upstream()
    profile = Profile(chat=[upstream.port], silent=[silence.port])
    running = [kind(world, profile) for kind in world.kinds]
    plain = Figure("cpu", "CPU/request, passthrough", "us", {}, 1.0, "nginx")
    p50 = Figure("cpu", "  p50 at 32 connections", "us", {})
    p99 = Figure("cpu", "  p99 at 32 connections", "us", {})
    rate = Figure("cpu", "  requests per second", "1/s", {})
    loaded = Figure("idle", f"CPU/request, {IDLE_STREAMS} idle streams", "us", {})
    growth = Figure("idle", "  against itself without them", "ratio", {}, 1.15)
    samples = collections.defaultdict(lambda: collections.defaultdict(list))
    requests = collections.Counter()
    wants_idle = world.wants("idle")
    for gateway in running:
        world.wrk(gateway.port, 1)  # warm: pools filled, pages touched
    for _ in range(rounds):
        for gateway in running:
            cost, result = per_request(gateway, world, seconds)
            for key, value in (("plain", cost), ("p50", result["p50_us"]),
                               ("p99", result["p99_us"]),
                               ("rate", result["requests"] / result["seconds"])):
                samples[key][gateway.name].append(value)
            requests[gateway.name] += result["requests"]
            note_errors(plain, gateway, result["errors"], "failed requests")
            if not wants_idle:
                continue
            with world.live_client("idle", gateway.port, streams=IDLE_STREAMS,
                                   **PATH_OF_SILENCE) as idle:
                live = idle.wait_live()
                settle(0.5)
                with_idle, result = per_request(gateway, world, seconds)
                report = idle.result()
            samples["loaded"][gateway.name].append(with_idle)
            samples["growth"][gateway.name].append(with_idle / cost)
            note_errors(loaded, gateway, IDLE_STREAMS - live, "idle streams could not be opened")
            note_errors(loaded, gateway, result["errors"] + report["errors"], "failures")
            settle(1)
    for gateway in running:
        gateway.stop()
    upstream.stop()
    world.processes.stop(silence)
    for key, figure in (("plain", plain), ("p50", p50), ("p99", p99), ("rate", rate),
                        ("loaded", loaded), ("growth", growth)):
        figure.values = medians(samples[key])
    plain.notes.append(f"{rounds} rounds of {seconds} s, requests measured: "
                       + ", ".join(f"{name} {count}" for name, count in requests.items()))
    few = [name for name, count in requests.items() if count < 100_000]
    if few:
        plain.notes.append("under 100 000 requests, one clock tick weighs: " + ", ".join(few))
    return [plain, p50, p99, rate] + ([loaded, growth] if wants_idle else [])


def chunks(world):
    """CPU per relayed SSE event: tokens that come one by one, and a burst without pauses."""
    upstream = world.upstream()
    profile = Profile(chat=[upstream.port], is_streaming=True)
    running = [kind(world, profile) for kind in world.kinds]
    figures = []
    for name, load in (
            ("CPU/SSE chunk, 400 streams x 50/s", {"streams": 400, "chunks": 100,
                                                   "interval-ms": 20, "total": 80_000}),
            ("CPU/SSE chunk, 32 streams, no pause", {"streams": 32, "chunks": 500,
                                                     "interval-ms": 0, "total": 250_000})):
        cost = Figure("sse", name, "us", {}, 1.2, "nginx")
        delay = Figure("sse", "  token delay p99", "us", {})
        samples = collections.defaultdict(lambda: collections.defaultdict(list))
        for _ in range(world.options.rounds):
            for gateway in running:
                before = gateway.cpu()
                report = world.client("stream", gateway.port, **load)
                if not report["events"]:
                    raise RuntimeError(f"{gateway.name} relayed nothing")
                spent = gateway.cpu() - before
                samples["cost"][gateway.name].append(spent * 1e6 / report["events"])
                samples["delay"][gateway.name].append(report["delay_p99_us"])
                note_errors(cost, gateway, report["errors"],
                            f"broken streams {report['errors_by_kind']}")
        cost.values, delay.values = medians(samples["cost"]), medians(samples["delay"])
        figures += [cost, delay]
    for gateway in running:
        gateway.stop()
    world.processes.stop(upstream)
    return figures


def translate(world):
    """CPU per streamed answer: passed through, and translated in both directions."""
    chunks = 100
    forms = {
        "passed through": {"path": "/v1/chat/completions", "model": "bench-model"},
        "Anthropic client, OpenAI backend": {"path": "/v1/messages", "model": "bench-model",
                                             "form": "messages"},
        "OpenAI client, Anthropic backend": {"path": "/v1/chat/completions",
                                             "model": "claude-bench", "form": "chat"}}
    figures = []
    for load_name, load in (
            ("400 x 50/s", {"streams": 400, "interval_ms": 20, "total": 120_000}),
            ("32, no pause", {"streams": 32, "interval_ms": 0, "total": 300_000})):
        # the upstream's own pace: no translation carries what we ask of it
        upstream = world.upstream(chunks=chunks, interval_ms=load["interval_ms"])
        gateway = Meridian(world, Profile(chat=[upstream.port], messages=[upstream.port]))
        samples, errors = collections.defaultdict(list), collections.Counter()
        for _ in range(world.options.rounds):
            for form, options in forms.items():
                before = gateway.cpu()
                report = world.client("stream", gateway.port, chunks=chunks, **load, **options)
                if not report["completed"]:
                    raise RuntimeError(f"{form}: no stream was whole {report['errors_by_kind']}")
                samples[form].append((gateway.cpu() - before) * 1e6 / report["completed"])
                errors[form] += report["errors"]
        gateway.stop()
        world.processes.stop(upstream)
        middle = medians(samples)
        for form in forms:
            figure = Figure("translate", f"CPU/stream, {load_name}: {form}", "us",
                            {"meridian": middle[form]})
            note_errors(figure, gateway, errors[form], "broken streams")
            figures.append(figure)
            if form != "passed through":
                figures.append(Figure("translate", "  against passed through", "ratio",
                                      {"meridian": middle[form] / middle["passed through"]}, 3.0,
                                      failures=errors[form]))
    return figures


def workers(world):
    """CPU per request with two workers against one; nothing is pinned here."""
    upstream = FixedUpstream(world)
    samples = collections.defaultdict(lambda: collections.defaultdict(list))
    two = Figure("workers", "CPU/request, 2 workers", "us", {})
    growth = Figure("workers", "  against its own 1 worker", "ratio", {}, 1.1)
    world.unpin()
    try:
        pairs = [(kind(world, Profile(chat=[upstream.port])),
                  kind(world, Profile(chat=[upstream.port], workers=2))) for kind in world.kinds]
        for _ in range(min(world.options.rounds, 2)):
            for single, double in pairs:
                one, _ = per_request(single, world, world.options.seconds, free=True)
                both, result = per_request(double, world, world.options.seconds, free=True)
                samples["two"][double.name].append(both)
                samples["growth"][double.name].append(both / one)
                note_errors(two, double, result["errors"], "failed requests")
        for pair in pairs:
            for gateway in pair:
                gateway.stop()
        upstream.stop()
    finally:
        world.repin()
    two.values, growth.values = medians(samples["two"]), medians(samples["growth"])
    return [two, growth]
