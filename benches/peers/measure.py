"""Runs a command and tells what it cost."""

import os
import subprocess
import time


def run(command, folder, environment, output=None):
    """Runs a command; returns its exit code, wall and CPU seconds, and peak memory in MB, children included."""
    begin = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=output or subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    said = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return {
        "exit": process.returncode,
        "wall": time.monotonic() - begin,
        "cpu": used.ru_utime + used.ru_stime,
        "memory": used.ru_maxrss / 1024,
        "said": said.decode(errors="replace"),
    }


def median(runs):
    """Returns the median of each figure of several runs."""
    middle = len(runs) // 2
    figures = ("wall", "cpu", "memory")
    result = {name: sorted(run[name] for run in runs)[middle] for name in figures}
    by_wall = sorted(runs, key=lambda run: run["wall"])
    result |= {name: by_wall[middle][name] for name in ("requests", "right", "of", "exit")}
    return result
