"""Runs a command and writes what it used: FILE COMMAND...

A process counts the peak memory of the one that it was started from as its own. So this one, which is small, starts it.
"""

import json
import os
import sys
import time

result, command = sys.argv[1], sys.argv[2:]
begin = time.monotonic()
process = os.posix_spawnp(command[0], command, os.environ)
_, status, used = os.wait4(process, 0)
figures = {
    "exit": os.waitstatus_to_exitcode(status),
    "wall": time.monotonic() - begin,
    "cpu": used.ru_utime + used.ru_stime,
    "memory": used.ru_maxrss / 1024,
}
with open(result, "w") as file:
    json.dump(figures, file)
