"""Draws the chart of the README: how long each tool takes for 200 images."""

import html

WIDTH, ROW, LEFT, RIGHT, TOP = 680, 26, 150, 70, 30
STYLE = (
    "text{fill:#24292f}.note{fill:#57606a}.bar{fill:#8c959f}.ours{fill:#0969da}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.note{fill:#9198a1}.bar{fill:#656c76}.ours{fill:#4493f8}}"
)
TITLE = "200 images in 200 repositories, tag and digest, nothing cached, 30 ms round trip"
NOTES = (
    "Less is better. Shown is who is right about all 200. The bar of imagelock is the median of its runs.",
    "How it is measured: benches/peers/README.md",
)


def draw(rows, scenario="plain-30"):
    """Returns an SVG with a bar for each tool that is right about all, the quickest first."""
    rows = [row for row in rows if row["scenario"] == scenario]
    rows = [row for row in rows if row["right"] == row["of"] and row["exit"] == 0]
    rows.sort(key=lambda row: row["wall"])
    longest = max((row["wall"] for row in rows), default=1)
    height = TOP + ROW * len(rows) + 22 + 16 * len(NOTES)
    told = ", ".join(f"{row['tool']} {row['wall']:.2f} s" for row in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'role="img" font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="13">',
        f"<title>{html.escape(f'{TITLE}: {told}')}</title>",
        f"<style>{STYLE}</style>",
        f'<text x="0" y="16" font-weight="600">{html.escape(TITLE)}</text>',
    ]
    for number, row in enumerate(rows):
        y = TOP + number * ROW
        width = max(2, (WIDTH - LEFT - RIGHT) * row["wall"] / longest)
        kind = "ours" if row["tool"] == "imagelock" else "bar"
        parts.append(f'<text x="{LEFT - 8}" y="{y + 15}" text-anchor="end">{html.escape(row["tool"])}</text>')
        parts.append(f'<rect class="{kind}" x="{LEFT}" y="{y + 2}" width="{width:.1f}" height="18" rx="2"/>')
        parts.append(f'<text x="{LEFT + width + 6:.1f}" y="{y + 15}">{row["wall"]:.2f} s</text>')
    for number, note in enumerate(NOTES):
        y = TOP + ROW * len(rows) + 24 + 16 * number
        parts.append(f'<text class="note" x="0" y="{y}" font-size="11">{html.escape(note)}</text>')
    return "\n".join([*parts, "</svg>\n"])
