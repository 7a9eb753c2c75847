# SPDX-License-Identifier: MIT
"""The three gateways of the table and the upstream behind them: configuration, start, stop."""
import dataclasses
import http.client
import json
import os
import pathlib
import shutil
import signal
import time

from . import processes

COMPLETION = json.dumps({
    "id": "chatcmpl-bench0001", "object": "chat.completion", "created": 1700000000,
    "model": "bench-model", "system_fingerprint": "fp_bench",
    "choices": [{"index": 0, "message": {"role": "assistant", "content":
                 "A gateway that costs less than the proxy it replaces can stand in front of every "
                 "model, and nobody has to ask whether it is worth its place."},
                 "logprobs": None, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 96, "completion_tokens": 34, "total_tokens": 130}})


@dataclasses.dataclass
class Profile:
    """What stands behind a gateway: ports for chat, and for silent streams (/v1/completions)."""
    chat: list
    silent: list = dataclasses.field(default_factory=list)
    messages: list = dataclasses.field(default_factory=list)  # these speak Anthropic's dialect
    workers: int = 1
    is_streaming: bool = False
    is_failing: bool = False  # backends die: probe them often, retry elsewhere


class Gateway:
    """One running gateway. `name` is its column in the table."""
    name = ""
    can_reload = True  # by SIGHUP; haproxy only through a master process

    def __init__(self, world, profile):
        self.world, self.profile = world, profile
        self.port = processes.free_port()
        self.folder = pathlib.Path(world.folder, f"{self.name}-{self.port}")
        self.folder.mkdir()
        self.configuration = self.folder / self.configuration_name
        self.write()
        self.log = open(self.folder / "log", "w", encoding="utf-8")
        self.started = time.monotonic()
        self.process = world.processes.start(self.command(), cpus=world.gateway_cpus(profile),
                                             log=self.log, cwd=self.folder)
        self.ready_ms = self._wait_ready()

    def write(self):
        self.configuration.write_text(self.text(), encoding="utf-8")

    def _wait_ready(self):
        deadline = self.started + 15
        while time.monotonic() < deadline:
            try:
                if get(self.port, "/healthz")[0] == 200:
                    return (time.monotonic() - self.started) * 1000
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.001)
        self.log.flush()
        text = (self.folder / "log").read_text(encoding="utf-8", errors="replace")[-2000:]
        raise RuntimeError(f"{self.name} did not become ready: {text.strip() or 'no output'}")

    def cpu(self):
        return processes.cpu_seconds(self.process.pid)

    def memory(self):
        return processes.memory(self.process.pid)

    def is_running(self):
        return self.process.poll() is None

    def stop(self):
        self.world.processes.stop(self.process)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Meridian(Gateway):
    name = "meridian"
    configuration_name = "config.yaml"

    def command(self):
        return [self.world.build / "bin/meridian", "serve", "-c", self.configuration,
                "--port", self.port]

    def text(self):
        silent = [("silent-model", port) for port in self.profile.silent]
        backends = [("bench-model", port) for port in self.profile.chat] + silent
        backends += [("claude-bench", port) for port in self.profile.messages]
        interval = 0.5 if self.profile.is_failing else 5
        lines = ["gateway:", "  host: 127.0.0.1", f"  port: {self.port}",
                 "  strategy: least_inflight", f"  workers: {self.profile.workers}",
                 "health:", f"  interval_s: {interval}", "  timeout_s: 1",
                 "logging:", "  level: WARNING", f"  jsonl_path: {self.folder}/requests.jsonl",
                 "backends:"]
        for number, (model, port) in enumerate(backends):
            lines += [f"  - name: backend{number}", f"    url: http://127.0.0.1:{port}",
                      f"    model: {model}", "    weight: 1"]
            if model == "claude-bench":
                lines += ["    provider: anthropic", "    api_key: bench"]
        return "\n".join(lines) + "\n"


class Nginx(Gateway):
    name = "nginx"
    configuration_name = "nginx.conf"

    def command(self):
        return ["nginx", "-e", "stderr", "-p", self.folder, "-c", self.configuration]

    def text(self):
        failing = "proxy_next_upstream error timeout http_502 http_503 non_idempotent;" \
            if self.profile.is_failing else ""
        buffering = "off" if self.profile.is_streaming else "on"
        reuse = "reuseport" if self.profile.workers > 1 else ""
        silent = self.profile.silent or self.profile.chat
        # Its default of 10 s out after one failure would have all three out at once.
        down = " max_fails=3 fail_timeout=1s" if self.profile.is_failing else ""
        return nginx_frame(self.folder, self.profile.workers, f"""
  upstream chat {{ {servers(self.profile.chat, down)} keepalive 256; keepalive_requests 100000000; }}
  upstream silent {{ {servers(silent)} keepalive 256; keepalive_requests 100000000; }}
  server {{
    listen 127.0.0.1:{self.port} backlog=4096 {reuse};
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_read_timeout 600s;
    {failing}
    location = /healthz {{ return 200 "ok"; }}
    location = /v1/completions {{ proxy_pass http://silent; proxy_buffering off; }}
    location / {{ proxy_pass http://chat; proxy_buffering {buffering}; }}
  }}""")


class HaProxy(Gateway):
    name = "haproxy"
    can_reload = False
    configuration_name = "haproxy.cfg"

    def command(self):
        return ["haproxy", "-db", "-f", self.configuration]

    def text(self):
        check = "check inter 500ms" if self.profile.is_failing else ""
        retry = "retry-on all-retryable-errors\n  retries 3\n  option redispatch 1\n" \
                "  option httpchk GET /v1/models" if self.profile.is_failing else ""
        delay = "option http-no-delay" if self.profile.is_streaming or self.profile.silent else ""

        def backend(name, ports):
            listed = "\n".join(f"  server s{n} 127.0.0.1:{port} {check}"
                               for n, port in enumerate(ports))
            return f"backend {name}\n{listed}\n"
        return f"""global
  nbthread {self.profile.workers}
  maxconn 9900
defaults
  mode http
  maxconn 9900
  {delay}
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 600s
  timeout http-request 10s
  timeout http-keep-alive 75s
  timeout client-fin 1s
  option abortonclose
  {retry}
frontend in
  bind 127.0.0.1:{self.port} backlog 4096
  monitor-uri /healthz
  use_backend silent if {{ path /v1/completions }}
  default_backend chat
""" + backend("chat", self.profile.chat) + backend("silent", self.profile.silent
                                                   or self.profile.chat)


def servers(ports, options=""):
    return " ".join(f"server 127.0.0.1:{port}{options};" for port in ports)


def nginx_frame(folder, workers, http):
    return f"""daemon off;
worker_processes {workers};
worker_rlimit_nofile 20000;
pid {folder}/pid;
error_log stderr crit;
events {{ worker_connections 19900; }}
http {{
  access_log off;
  keepalive_timeout 75s;
  keepalive_requests 100000000;
  client_header_timeout 10s;
  client_body_buffer_size 1m;
  client_max_body_size 32m;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;{http}
}}
"""


class FixedUpstream(Gateway):
    """An nginx that answers everything with one completion: the cheapest upstream there is."""
    name = "upstream"
    configuration_name = "nginx.conf"

    def __init__(self, world):
        super().__init__(world, None)

    def command(self):
        return ["nginx", "-e", "stderr", "-p", self.folder, "-c", self.configuration]

    def text(self):
        return nginx_frame(self.folder, 1, f"""
  server {{
    listen 127.0.0.1:{self.port} backlog=4096;
    location / {{ default_type application/json; return 200 '{COMPLETION}'; }}
  }}""")


def get(port, path, timeout=2):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error
    finally:
        connection.close()
