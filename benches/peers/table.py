"""The table of all figures, in Markdown."""

COLUMNS = (
    "scenario",
    "tool",
    "wall",
    "CPU",
    "memory",
    "requests",
    "by kind",
    "at once",
    "connections",
    "right",
    "exit",
    "to reach",
)
HEAD = f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}"


def line(row):
    """Returns the line of a row; what is not known is a dash."""
    counted = row["requests"]
    if counted:
        kinds = ", ".join(f"{count} {kind}" for kind, count in counted["kinds"].items())
        refused = f", {counted['refused']} of them refused" if counted["refused"] else ""
        requests = (counted["total"], kinds + refused, counted["most at once"], counted["connections"])
    else:
        requests = "–" * 4
    if row["exit"] is None:
        used = (f"stopped after {row['wall']:.0f} s", "–", "–")
    else:
        used = (f"{row['wall']:.2f} s", f"{row['cpu']:.2f} s", f"{row['memory']:.0f} MB")
    code = "–" if row["exit"] is None else row["exit"]
    right = f"{row['right']} of {row['of']}"
    cells = (row["title"], row["tool"], *used, *requests, right, code, row["to reach"])
    return f"| {' | '.join(map(str, cells))} |"
