"""Reads a mail that lies in a file (`.eml`). Input: its bytes; output: what Python's own reader makes of it, as JSON."""

import json
import sys

from as_read import as_read

print(json.dumps(as_read(sys.stdin.buffer.read())))
