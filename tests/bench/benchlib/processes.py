# SPDX-License-Identifier: MIT
"""Every process of a bench run: started here, looked at through /proc, ended by its own id."""
import ctypes
import os
import resource
import signal
import socket
import subprocess
import time

DESCRIPTORS = 20000
PR_SET_PDEATHSIG = 1
TICKS = os.sysconf("SC_CLK_TCK")
_libc = ctypes.CDLL(None, use_errno=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _prepare(cpus):
    """Runs in the child: it dies with us, has bounded descriptors, and its CPUs."""
    os.setpgid(0, 0)  # Ctrl-C reaches us alone; we end the children in order
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    limit = DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    if cpus:
        os.sched_setaffinity(0, cpus)


class Processes:
    """Owns all children of the run; stop_all() leaves none of them."""

    def __init__(self):
        self._running = []

    def start(self, command, cpus=None, log=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", log or subprocess.DEVNULL)
        options.setdefault("stderr", log or subprocess.DEVNULL)
        child = subprocess.Popen([str(word) for word in command],
                                 preexec_fn=lambda: _prepare(cpus), **options)
        self._running.append(child)
        return child

    def stop(self, child, first=signal.SIGTERM, patience=3):
        family = family_of(child.pid)
        if child.poll() is None:
            child.send_signal(first)
            try:
                child.wait(patience)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        for pid in family:  # a worker whose master was killed
            if pid != child.pid and os.path.exists(f"/proc/{pid}"):
                _kill_if_orphan(pid)
        for stream in (child.stdin, child.stdout):
            if stream:
                try:
                    stream.close()
                except OSError:
                    pass
        if child in self._running:
            self._running.remove(child)

    def stop_all(self):
        for child in list(reversed(self._running)):
            self.stop(child, patience=2)


def _kill_if_orphan(pid):
    for _ in range(20):
        if not os.path.exists(f"/proc/{pid}"):
            return
        time.sleep(0.05)
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def family_of(pid):
    """The process and its descendants."""
    found, queue = [], [pid]
    while queue:
        current = queue.pop()
        found.append(current)
        try:
            for task in os.listdir(f"/proc/{current}/task"):
                with open(f"/proc/{current}/task/{task}/children", encoding="ascii") as children:
                    queue += [int(child) for child in children.read().split()]
        except OSError:
            pass
    return found


def cpu_seconds(pid):
    """utime + stime of all threads of the process and its children, in steps of one tick."""
    ticks = 0
    for member in family_of(pid):
        try:
            with open(f"/proc/{member}/stat", encoding="ascii") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return ticks / TICKS


def memory(pid):
    """(VmRSS, RssAnon) in MiB of the largest of the family: nginx' worker, not its master."""
    largest = (0.0, 0.0)
    for member in family_of(pid):
        try:
            with open(f"/proc/{member}/status", encoding="ascii") as status:
                lines = dict(line.split(":", 1) for line in status if ":" in line)
            figures = tuple(int(lines[key].split()[0]) / 1024 for key in ("VmRSS", "RssAnon"))
            largest = max(largest, figures)
        except (OSError, KeyError):
            pass
    return largest
