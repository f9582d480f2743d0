# SPDX-License-Identifier: GPL-2.0
"""The differences between two reports. Called by report.

Rows belong together if workload, backend, number of CPUs, object size and the method of measuring
are the same. A difference counts if the ranges of the two costs do not overlap; the range of a row
that was measured once is a point.
"""

import parts

KEYS = ("workload", "backend", "cpus", "object_size", "method")


def number(row, key, missing=0):
    return row[key] if parts.is_number(row.get(key)) else missing


def is_measured(row):
    """A row without figures says why; a row with a zero cost is broken."""
    return number(row, "cost") > 0


def is_whole(row):
    return (isinstance(row, dict) and all(isinstance(row.get(key), str) and row[key]
                                          for key in ("workload", "backend"))
            and (is_measured(row) or bool(row.get("absent"))))


class Report:
    """The rows of a file, each with the number of CPUs of the machine that measured it."""

    def __init__(self, file):
        found, _ = parts.read_file(file)
        # Rows with results of Go have no kernel and no backends.
        measured = [part for part in found if isinstance(part, dict) and part.get("kernel")
                    and isinstance(part.get("rows"), list)]
        self.kernel = measured[0]["kernel"] if measured else None
        self.rows = [(row, part.get("cpus")) for part in measured for row in part["rows"]]
        if not all(is_whole(row) for row, _ in self.rows):
            raise parts.Bad(f"{file}: a row has no name, or neither a cost nor a reason why not")
        if not self.rows:
            raise parts.Bad(f"{file}: not a report of kpool bench --json or make bench: "
                            f"it has no rows")
        self.rows = [(row, machine) for row, machine in self.rows if is_measured(row)]

    def like(self, row, machine):
        """The same row; of several, prefer the one from a machine with as many CPUs."""
        found = [(one, its) for one, its in self.rows
                 if all(one.get(key) == row.get(key) for key in KEYS)]
        return next((one for one, its in found if its == machine), found[0][0] if found else None)


def line(row, rest):
    names = (str(row.get(key) or "") for key in KEYS)
    print("{:<13} {:<15} {:>4} {:>7} {:<12} ".format(*names) + rest)


def may_be_same(old, new):
    """Could the two costs be the same, given how much they vary?"""
    return (number(old, "cost_low", old["cost"]) <= number(new, "cost_high", new["cost"])
            and number(new, "cost_low", new["cost"]) <= number(old, "cost_high", old["cost"]))


def verdict(old, new, limit):
    if may_be_same(old, new):
        return "same"
    percent = (new["cost"] - old["cost"]) * 100 / old["cost"]
    found = "less" if percent < 0 else "more"
    if limit is not None and percent > limit:
        found = "MORE THAN ALLOWED"
    line(new, f"{old['cost']:12.2f} {new['cost']:12.2f} {percent:+8.2f} %  {found}")
    return found


def compare(old_file, new_file, limit=None):
    """Print the differences; return whether all costs are within the limit, in percent."""
    old, new = Report(old_file), Report(new_file)
    print(f"from Linux {old.kernel} to {new.kernel}\n")
    line(dict(zip(KEYS, ("workload", "backend", "cpus", "size", "method"))),
         f"{'old':>12} {'new':>12} {'change':>10}")
    found = []
    for row, machine in new.rows:
        other = old.like(row, machine)
        found.append(verdict(other, row, limit) if other else "new")
        if not other:
            line(row, "only in the new report")
    for row, machine in old.rows:
        if not new.like(row, machine):
            found.append("old")
            line(row, "only in the old report")
    too_much = found.count("MORE THAN ALLOWED")
    allowed = "" if limit is None else f", of these {too_much} by more than {limit} %"
    print(f"\n{found.count('same')} the same, {found.count('less')} less, "
          f"{found.count('more') + too_much} more{allowed}; {found.count('old')} only in the old "
          f"report, {found.count('new')} only in the new one")
    # A check for growing costs must fail if a row has disappeared.
    return limit is None or not (too_much or "old" in found)
