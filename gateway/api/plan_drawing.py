"""The plan of the estate, drawn from its places when nobody uploaded a picture.

Places with a position stand where the site file puts them (0–1 from the left and the top); the others are
laid out in rows. The drawing is plain SVG: shapes and words, no script, no reference to anything outside.
"""

from __future__ import annotations

import math
from xml.sax.saxutils import escape

from gateway.api.community import Community, PlaceName
from gateway.api.schemas.common import Bilingual
from gateway.api.schemas.site import Marker, PlanImage

WIDTH, HEIGHT = 1200, 800
_HOUSE = (150, 90)


def draw_plan(community: Community) -> PlanImage:
    """Return the drawing and where each building and zone stands on it, both 0–1."""
    shown = [
        place for place in community.places if place.kind in {"building", "zone"} and place.parent is None
    ]
    spots = _positions(shown)
    parts = [_shape(place, *spots[place.id]) for place in shown]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">'
        f"<title>{escape(community.name.get('zh', community.id))}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="24" fill="#eef2ea"/>'
        f'<rect x="24" y="24" width="{WIDTH - 48}" height="{HEIGHT - 48}" rx="16" fill="none" '
        'stroke="#b8c2b0" stroke-width="6"/>' + "".join(parts) + "</svg>"
    )
    markers = [
        Marker(
            id=place.id,
            kind=place.kind,
            name=Bilingual(zh=place.name.get("zh", place.id), en=place.name.get("en", place.id)),
            x=spots[place.id][0],
            y=spots[place.id][1],
        )
        for place in shown
    ]
    return PlanImage(svg=svg, width=WIDTH, height=HEIGHT, markers=markers)


def _positions(places: list[PlaceName]) -> dict[str, tuple[float, float]]:
    loose = [place.id for place in places if place.x is None or place.y is None]
    columns = max(1, math.ceil(math.sqrt(len(loose) * WIDTH / HEIGHT)))
    rows = max(1, math.ceil(len(loose) / columns))
    laid = {
        place: ((index % columns + 0.5) / columns, (index // columns + 0.5) / rows)
        for index, place in enumerate(loose)
    }
    return {
        place.id: (place.x, place.y) if place.x is not None and place.y is not None else laid[place.id]
        for place in places
    }


def _shape(place: PlaceName, x: float, y: float) -> str:
    wide, high = _HOUSE
    left, top = x * WIDTH - wide / 2, y * HEIGHT - high / 2
    building = place.kind == "building"
    fill, stroke, radius = ("#ffffff", "#6b7b8c", 8) if building else ("#dfe9f3", "#9fb4c9", 45)
    return (
        f'<g data-place="{escape(place.id, {chr(34): "&quot;"})}">'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide}" height="{high}" rx="{radius}" '
        f'fill="{fill}" stroke="{stroke}" stroke-width="3"/>'
        f'<text x="{x * WIDTH:.0f}" y="{y * HEIGHT + 8:.0f}" text-anchor="middle" font-size="22" '
        f'font-family="sans-serif" fill="#33414f">{escape(place.name.get("zh", place.id))}</text></g>'
    )
