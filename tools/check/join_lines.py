# SPDX-License-Identifier: GPL-2.0
"""Combine the lines that "kpool bench --lines" wrote into one JSON object.

Usage: python3 join_lines.py LINES [WHY]

  LINES   the file; an incomplete last line is ignored
  WHY     why the results are incomplete, for the member "incomplete" of the object

Prints the object in the format of "kpool bench --json". Exits with 1, and prints nothing, if
not even the head of the report is present.
"""

import json
import os
import sys

# Do not write into the source tree.
sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "report"))

import parts


def main(arguments):
    if not 1 <= len(arguments) <= 2:
        sys.exit(__doc__)
    with open(arguments[0], encoding="utf-8", errors="replace") as file:
        text = file.read()
    try:
        report, cut_off = parts.read_lines(arguments[0], text)
    except parts.Bad:
        return 1
    why = arguments[1] if len(arguments) > 1 else cut_off
    if why:
        report["incomplete"] = why
    print(json.dumps(report, indent=1))
    return 0


sys.exit(main(sys.argv[1:]))
