"""Judges what was measured by what is to be reached."""


def to_reach(scenario):
    """Says what is to be reached in a scenario."""
    parts = []
    if scenario.most() is not None:
        parts.append(f"≤ {scenario.most():.2f} s")
    if scenario.times:
        parts.append(f"≤ {scenario.times[1]} × {scenario.times[0]}")
    if scenario.cpu is not None:
        parts.append(f"≤ {scenario.cpu:.2f} s CPU")
    if scenario.memory is not None:
        parts.append(f"≤ {scenario.memory} MB")
    if scenario.requests is not None:
        parts.append(f"≤ {scenario.requests} requests")
    if scenario.never:
        parts.append(f"no {scenario.never}")
    return ", ".join(parts)


def missed(scenario, row, rows):
    """Says which of the figures to reach are missed; `rows` are those before."""
    counted = row["requests"]
    figures = [
        ("wall", row["wall"], scenario.most()),
        ("cpu", row["cpu"], scenario.cpu),
        ("memory", row["memory"], scenario.memory),
        ("requests", counted and counted["total"], scenario.requests),
    ]
    if scenario.times:
        name, times = scenario.times
        others = [one["wall"] for one in rows if (one["scenario"], one["tool"]) == (name, row["tool"])]
        figures += [(f"wall by that of {name}", row["wall"] / other, times) for other in others]
    told = [
        f"{name} {figure:.3g} > {most:.3g}"
        for name, figure, most in figures
        if figure is not None and most is not None and figure > most
    ]
    if counted and counted["kinds"].get(scenario.never):
        told.append(f"{counted['kinds'][scenario.never]} {scenario.never}")
    if row["right"] < row["of"] or row["exit"] != 0:
        told.append(f"{row['right']} of {row['of']} right, exit {row['exit']}")
    return told
