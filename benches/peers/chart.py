"""Draws the chart of the README: how long each tool takes for 200 images."""

import html

WIDTH, ROW, LEFT, RIGHT = 640, 26, 170, 80


def draw(rows, scenario="plain-30"):
    """Returns an SVG with a bar a tool, the quickest first."""
    rows = sorted((row for row in rows if row["scenario"] == scenario), key=lambda row: row["wall"])
    longest = max(row["wall"] for row in rows)
    height = ROW * len(rows) + 58
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'font-family="system-ui, sans-serif" font-size="13">',
        "<title>Seconds to resolve 200 images at a round trip of 30 ms</title>",
        "<style>text{fill:#24292f}.note{fill:#57606a}.bar{fill:#8c959f}.ours{fill:#0969da}"
        "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9198a1}.bar{fill:#656c76}.ours{fill:#4493f8}}"
        "</style>",
        '<text x="0" y="16" font-weight="600">200 images, tag and digest, 30 ms round trip, cold</text>',
    ]
    for number, row in enumerate(rows):
        y = 30 + number * ROW
        width = max(2, (WIDTH - LEFT - RIGHT) * row["wall"] / longest)
        kind = "ours" if row["tool"] == "imagelock" else "bar"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{html.escape(row["tool"])}</text>')
        parts.append(f'<rect class="{kind}" x="{LEFT}" y="{y + 2}" width="{width:.1f}" height="18" rx="2"/>')
        parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + 15}">{row["wall"]:.2f} s</text>')
    note = "Lower is better. Medians of five for imagelock; every answer checked. benches/peers/README.md says how."
    parts.append(f'<text class="note" x="0" y="{height - 8}" font-size="11">{note}</text></svg>\n')
    return "\n".join(parts)
