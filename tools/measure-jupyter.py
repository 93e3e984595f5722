#!/usr/bin/python3
"""Measures the course's Jupyter kernel, beside Python's own where that is installed, and prints a table.

Wants Jupyter's Python packages (Debian: python3-jupyter-client python3-nbconvert python3-ipykernel) and a kernel that has been installed
with `jupyter install`. Takes under a minute; run it on a machine that does nothing else. The exit code is 1 if a target is missed.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager

MIB = 1024


def peak_memory(pid):
    """The most memory that a process has had, in MiB (Linux; elsewhere nothing)."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) / MIB for line in status if line.startswith("VmHWM"))
    except (OSError, StopIteration):
        return None


def children(pid):
    """Every process below a process."""
    try:
        own = [int(child) for task in os.listdir(f"/proc/{pid}/task") for child in open(f"/proc/{pid}/task/{task}/children").read().split()]
    except OSError:
        return []
    return own + [below for child in own for below in children(child)]


def one_cell(kernel, language, times):
    """A notebook of one cell through nbconvert: seconds, and the kernel's memory."""
    notebook = {
        "cells": [{"cell_type": "code", "execution_count": None, "id": "one", "metadata": {}, "outputs": [], "source": "1+1"}],
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": language}}, "nbformat": 4, "nbformat_minor": 5,
    }
    seconds, memory = [], []
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "one.ipynb")
        with open(path, "w") as file:
            json.dump(notebook, file)
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done", "--log-level", "ERROR", path]
        for _ in range(times):
            before = time.monotonic()
            process = subprocess.Popen(command, env={**os.environ, "PYDEVD_DISABLE_FILE_VALIDATION": "1"})
            most = 0
            while process.poll() is None:
                most = max([most, *(peak_memory(child) or 0 for child in children(process.pid))])
                time.sleep(0.01)
            seconds.append(time.monotonic() - before)
            memory.append(most)
            if process.returncode:
                sys.exit(f"nbconvert failed with the kernel {kernel}")
            with open(os.path.join(folder, "done.ipynb")) as file:
                assert "2" in json.load(file)["cells"][0]["outputs"][0]["data"]["text/plain"]
    return statistics.median(seconds), max(memory)


class Session:
    """A kernel with one client."""

    def __init__(self, kernel):
        self.manager = KernelManager(kernel_name=kernel)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def execute(self, code):
        """Seconds from the request until the kernel is idle again, and the text that it wrote."""
        heard = []
        before = time.monotonic()
        reply = self.client.execute_interactive(code, timeout=60, output_hook=heard.append)
        seconds = time.monotonic() - before
        assert reply["content"]["status"] == "ok", reply["content"]
        return seconds, "".join(message["content"]["text"] for message in heard if message["msg_type"] == "stream")

    def complete(self, code):
        before = time.monotonic()
        reply = self.client.complete(code, reply=True, timeout=60)
        assert reply["content"]["matches"], "nothing was offered"
        return time.monotonic() - before

    def interrupt(self, code):
        """Seconds from the interruption until the reply."""
        id = self.client.execute(code)
        while True:
            message = self.client.get_iopub_msg(timeout=60)
            if message["parent_header"].get("msg_id") == id and message["msg_type"] == "stream":
                break
        before = time.monotonic()
        self.manager.interrupt_kernel()
        while self.client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != id:
            pass
        return time.monotonic() - before

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kernel", default="networking-course", help="the name that the kernel was installed under")
    parser.add_argument("--times", type=int, default=5, help="how often a notebook is run")
    arguments = parser.parse_args()
    rows = []

    def row(what, value, target, unit, beside=None):
        met = value is None or value <= target
        rows.append((what, "-" if value is None else f"{value:.3g} {unit}", f"≤ {target:g} {unit}", "yes" if met else "NO", beside or ""))
        return met

    others = KernelSpecManager().find_kernel_specs()
    python = one_cell("python3", "python", arguments.times) if "python3" in others else None
    seconds, memory = one_cell(arguments.kernel, "C#", arguments.times)
    met = [
        row("a notebook of one cell through nbconvert (median)", seconds, 2.6, "s", python and f"Python's kernel: {python[0]:.3g} s"),
        row("memory of the kernel meanwhile (peak)", memory or None, 150, "MiB", python and f"Python's kernel: {python[1]:.3g} MiB"),
    ]

    session = Session(arguments.kernel)
    try:
        session.execute("var x = 1;")
        lines = sorted(session.execute(f"x + {i}")[0] for i in range(50))
        met.append(row("a further cell of one line, round trip (median of 50)", statistics.median(lines) * 1000, 30, "ms", f"19 of 20 within {lines[47] * 1000:.3g} ms"))
        cold = session.complete("Console.Wri")
        warm = statistics.median(session.complete("Console.Wri") for _ in range(10))
        met.append(row("completion, warm (median of 10)", warm * 1000, 150, "ms", f"the very first: {cold * 1000:.3g} ms"))
        for i in range(50):
            session.execute(f"var list{i} = new List<int> {{ {i} }};\nint Add{i}(int more) => list{i}.Count + more;")
        first = session.complete("list49.")
        later = statistics.median(session.complete("list49.") for _ in range(10))
        met.append(row("completion after 50 cells that declare something (median of 10)", later * 1000, 150, "ms", f"the first of them: {first * 1000:.3g} ms"))
        flood, text = session.execute('for (var i = 0; i < 10_000; i++) Console.WriteLine($"line {i}");')
        assert text == "".join(f"line {i}\n" for i in range(10_000)), "lines are missing or out of order"
        met.append(row("10,000 lines of output, complete and in order", flood, 2, "s"))
        met.append(row("interrupting a loop", session.interrupt('Console.WriteLine("begun"); while (true) { }'), 1, "s"))
        met.append(row("interrupting Thread.Sleep", session.interrupt('Console.WriteLine("begun"); System.Threading.Thread.Sleep(-1);'), 1, "s"))
        met.append(row("interrupting an await that never ends", session.interrupt('Console.WriteLine("begun"); await new TaskCompletionSource().Task;'), 1, "s"))
        met.append(row("interrupting a blocking accept", session.interrupt(
            'Console.WriteLine("begun"); var l = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0); l.Start(); l.AcceptSocket();'), 1, "s"))
    finally:
        session.close()

    table = [("", "measured", "target", "met", "beside"), *rows]
    widths = [max(len(line[i]) for line in table) for i in range(5)]
    for line in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
