"""Curves as SVG, both axes logarithmic: enough to see how a cost grows, without a drawing library."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10

Series = dict[str, list[tuple[float, float]]]
WIDTH, HEIGHT, EDGE = 460, 300, 54
COLOURS = ("#1f6feb", "#d1242f", "#1a7f37", "#9a6700", "#8250df", "#57606a")


def sheet(charts: list[tuple[str, str, str, Series]]) -> str:
    """Return one SVG with the charts, two in a row: (title, name of x, name of y, series)."""
    rows = ceil(len(charts) / 2)
    drawn = [
        f'<g transform="translate({place % 2 * (WIDTH + 20)},{place // 2 * (HEIGHT + 20)})">{_chart(*chart)}</g>'
        for place, chart in enumerate(charts)
    ]
    wide, high = 2 * WIDTH + 20, rows * (HEIGHT + 20)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="11">'
    return "\n".join([head, f'<rect width="{wide}" height="{high}" fill="#fff"/>', *drawn, "</svg>", ""])


def _chart(title: str, x_name: str, y_name: str, series: Series) -> str:
    points = [point for line in series.values() for point in line]
    left, right = floor(log10(min(x for x, _ in points))), ceil(log10(max(x for x, _ in points)))
    low, high = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))
    right, high = max(right, left + 1), max(high, low + 1)

    def place(x: float, y: float) -> tuple[float, float]:
        across = EDGE + (log10(x) - left) / (right - left) * (WIDTH - EDGE - 12)
        up = HEIGHT - 40 - (log10(y) - low) / (high - low) * (HEIGHT - 40 - 62)
        return round(across, 1), round(up, 1)

    made = [f'<text x="{EDGE}" y="16" font-size="13" font-weight="bold">{escape(title)}</text>']
    for power in range(left, right + 1):
        x, y = place(10**power, 10**low)
        made.append(
            f'<path d="M{x} {y}V62" stroke="#ddd"/><text x="{x}" y="{y + 14}" text-anchor="middle">{10**power:,}</text>'
        )
    for power in range(low, high + 1):
        x, y = place(10**left, 10**power)
        made.append(
            f'<path d="M{x} {y}H{WIDTH - 12}" stroke="#ddd"/><text x="{x - 5}" y="{y + 4}" text-anchor="end">{10.0**power:g}</text>'
        )
    made.append(f'<text x="{WIDTH - 12}" y="{HEIGHT - 8}" text-anchor="end">{escape(x_name)}</text>')
    made.append(f'<text x="4" y="56">{escape(y_name)}</text>')
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x},{y}" for x, y in (place(*point) for point in line))
        dots = "".join(
            f'<circle cx="{x}" cy="{y}" r="2.5" fill="{colour}"/>' for x, y in (place(*p) for p in line)
        )
        key = f'<text x="{EDGE + number % 3 * 132}" y="{31 + number // 3 * 13}" fill="{colour}">{escape(name)}</text>'
        made.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>{dots}{key}'
        )
    return "".join(made)
