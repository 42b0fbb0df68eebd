import "leaflet/dist/leaflet.css";
import "./plan.css";

import { control, CRS, divIcon, imageOverlay, latLngBounds, map as makeMap, type Map as LeafletMap, marker as makeMarker, type Marker } from "leaflet";
import { useEffect, useRef } from "react";

import { useAppearance } from "../../look/appearance";
import { shapePath } from "../Level";
import { fromMap, lookOf, moved, type PlanPicture, type PlanSpot, toMap } from "./spots";

interface Given {
  picture: PlanPicture;
  /** What the picture shows, for those who do not see it. */
  alt: string;
  spots: PlanSpot[];
  zoom: { in: string; out: string };
  onPick: (key: string) => void;
  /** Given: spots can be dragged, and moved by arrow keys while they have the focus. */
  onMove?: (key: string, at: { x: number; y: number }) => void;
  /** Pans here once whenever it becomes another one, then stays. */
  attend?: string | null;
}

interface Shown {
  marker: Marker;
  look: string;
}

/** A picture with spots on it. Leaflet holds the map; only what changed is touched. */
export function PlanMap({ picture, alt, spots, zoom, onPick, onMove, attend = null }: Given) {
  const place = useRef<HTMLDivElement>(null);
  const map = useRef<LeafletMap | null>(null);
  const shown = useRef(new Map<string, Shown>());
  const now = useRef({ spots, onPick, onMove, picture });
  now.current = { spots, onPick, onMove, picture };
  const movable = onMove !== undefined;
  const size = useAppearance((appearance) => appearance.size);

  useEffect(() => {
    if (!place.current) return;
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const bounds = latLngBounds([0, 0], [picture.height, picture.width]);
    const made = makeMap(place.current, {
      crs: CRS.Simple, attributionControl: false, zoomControl: false, minZoom: -6, maxZoom: 4, zoomSnap: 0.25, zoomDelta: 0.5,
      fadeAnimation: false, zoomAnimation: !still, maxBounds: bounds.pad(0.25),
    }); // prettier-ignore
    control.zoom({ zoomInTitle: zoom.in, zoomOutTitle: zoom.out }).addTo(made);
    imageOverlay(picture.url, bounds, { alt, className: "plan-picture" }).addTo(made);
    made.fitBounds(bounds);
    const watch = new ResizeObserver(() => made.invalidateSize());
    watch.observe(place.current);
    map.current = made;
    const known = shown.current;
    return () => {
      watch.disconnect();
      made.remove();
      map.current = null;
      known.clear();
    };
  }, [picture.url, picture.width, picture.height, alt, zoom.in, zoom.out]);

  useEffect(() => {
    const open = map.current;
    if (!open) return;
    const left = new Set(shown.current.keys());
    for (const spot of spots) {
      left.delete(spot.key);
      draw(open, spot);
    }
    for (const key of left) {
      shown.current.get(key)?.marker.remove();
      shown.current.delete(key);
    }
  });

  useEffect(() => {
    const spot = now.current.spots.find((each) => each.key === attend);
    if (spot) map.current?.panTo(toMap(spot, now.current.picture));
  }, [attend]);

  function draw(open: LeafletMap, spot: PlanSpot): void {
    const look = `${size} ${lookOf(spot)}`; // a spot is as large as the words are, and grows with them
    const before = shown.current.get(spot.key);
    const at = toMap(spot, picture);
    if (before) {
      const { lat, lng } = before.marker.getLatLng();
      if (lat !== at[0] || lng !== at[1]) before.marker.setLatLng(at);
      if (before.look !== look) {
        const held = before.marker.getElement() === document.activeElement;
        before.marker.setIcon(iconOf(spot));
        name(before.marker, spot);
        if (held) before.marker.getElement()?.focus();
        before.look = look;
      }
      return;
    }
    const marker = makeMarker(at, { icon: iconOf(spot), keyboard: true, draggable: movable, riseOnHover: true, alt: spot.name }).addTo(open);
    name(marker, spot);
    marker.on("click", () => now.current.onPick(spot.key));
    marker.on("keypress", (event) => event.originalEvent.key === "Enter" && now.current.onPick(spot.key));
    if (movable) {
      marker.on("dragend", () => now.current.onMove?.(spot.key, fromMap(marker.getLatLng(), now.current.picture)));
      marker.on("keydown", (event) => {
        const key = event.originalEvent;
        const here = now.current.spots.find((each) => each.key === spot.key);
        const to = here ? moved(here, key.key, key.shiftKey) : null;
        if (!to) return;
        key.preventDefault();
        key.stopPropagation();
        now.current.onMove?.(spot.key, to);
      });
    }
    shown.current.set(spot.key, { marker, look });
  }

  return <div ref={place} className="plan-map" role="group" aria-label={alt} />;
}

function name(marker: Marker, spot: PlanSpot): void {
  const element = marker.getElement();
  element?.setAttribute("aria-label", spot.name);
  element?.setAttribute("title", spot.name);
  element?.setAttribute("aria-pressed", String(spot.chosen));
}

const SVG = "http://www.w3.org/2000/svg";

/** A dot while it is calm, the shape of the worst level with the count beside it when it is not. */
function iconOf(spot: PlanSpot) {
  const element = document.createElement("span");
  element.className = `plan-spot ${spot.kind}${spot.level ? ` tint ${spot.level}` : ""}${spot.stale ? " stale" : ""}${spot.chosen ? " chosen" : ""}`;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", "0 0 16 16");
  picture.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", spot.level ? shapePath(spot.level) : spot.kind === "camera" ? "M1 4h9v8H1zM11 7l4-3v8l-4-3z" : "M8 12A4 4 0 108 4a4 4 0 000 8z");
  path.setAttribute("fill", "currentColor");
  picture.append(path);
  element.append(picture);
  if (spot.count > 0) {
    const count = document.createElement("b");
    count.textContent = String(spot.count);
    element.append(count);
  }
  const whole = document.createElement("span");
  whole.className = "plan-whole";
  whole.append(element);
  if (spot.label) {
    const label = document.createElement("span");
    label.className = "plan-label";
    label.dataset.name = spot.label; // shown by the style: the name of the spot is heard once, with what is open there
    whole.append(label);
  }
  const size = Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--target")) || 44;
  return divIcon({ html: whole, className: "plan-icon", iconSize: [size, size], iconAnchor: [size / 2, size / 2] });
}
