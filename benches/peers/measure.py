"""Runs a command and tells what it cost."""

import json
import pathlib
import subprocess
import sys
import tempfile

CHILD = pathlib.Path(__file__).resolve().parent / "child.py"


def run(command, folder, environment):
    """Runs a command; returns its exit code, wall and CPU seconds, and peak memory in MB, children included."""
    with tempfile.TemporaryDirectory() as scratch:
        result = pathlib.Path(scratch) / "figures.json"
        small = [sys.executable, "-S", "-E", str(CHILD), str(result)]
        ran = subprocess.run(
            small + command,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        figures = json.loads(result.read_text())
    return figures | {"said": ran.stderr.decode(errors="replace")}


def median(runs):
    """Returns the median of each figure of several runs."""
    middle = len(runs) // 2
    figures = ("wall", "cpu", "memory")
    result = {name: sorted(run[name] for run in runs)[middle] for name in figures}
    by_wall = sorted(runs, key=lambda run: run["wall"])
    result |= {name: by_wall[middle][name] for name in ("requests", "right", "of", "exit")}
    return result
