"""Reads tags, as JSON or one a line, and prints the highest version 1.x.y, as the loops need it."""

import re
import sys

tags = re.findall(r"(?<![\w.-])1\.(\d+)\.(\d+)(?![\w.-])", sys.stdin.read())
print("1.%d.%d" % max((int(minor), int(patch)) for minor, patch in tags))
