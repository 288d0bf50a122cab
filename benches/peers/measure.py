"""Runs a command and tells what it cost."""

import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

CHILD = pathlib.Path(__file__).resolve().parent / "child.py"
# Nobody waits longer for a tool: it is stopped then, and that is told.
SECONDS = 300


def run(command, folder, environment):
    """Runs a command; returns its exit code, wall and CPU seconds, and peak memory in MB, children included.

    One that is stopped has no exit code and no figures but the time.
    """
    with tempfile.TemporaryDirectory() as scratch:
        result = pathlib.Path(scratch) / "figures.json"
        small = [sys.executable, "-S", "-E", str(CHILD), str(result)]
        ran = subprocess.Popen(
            small + command,
            cwd=folder,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, said = ran.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(ran.pid, signal.SIGKILL)
            ran.communicate()
            return {"exit": None, "wall": SECONDS, "cpu": 0, "memory": 0, "said": ""}
        except BaseException:
            os.killpg(ran.pid, signal.SIGKILL)
            raise
        figures = json.loads(result.read_text())
    return figures | {"said": said.decode(errors="replace")}


def median(runs):
    """Returns the median of each figure of several runs; answers and exit codes are those of the worst."""
    middle = len(runs) // 2
    result = {name: sorted(run[name] for run in runs)[middle] for name in ("wall", "cpu", "memory")}
    result["requests"] = sorted(runs, key=lambda run: run["wall"])[middle]["requests"]
    worst = min(runs, key=lambda run: (run["right"], run["exit"] == 0))
    return result | {name: worst[name] for name in ("right", "of", "exit")}
