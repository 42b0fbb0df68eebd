import { expect, test } from "vitest";

import { incident } from "../fixture";
import { board, overdue, responder } from "./columns";

const NOW = Date.parse("2026-03-01T10:00:00Z");
const order = (number: string, state: "dispatched" | "taken" | "on_scene" | "resolved" | "accepted", due: string | null) =>
  incident({ number, state, due: due === null ? null : { timer: "take", at: due } });

test("each state has its column, what nobody was sent to has none", () => {
  const found = board([order("a", "dispatched", null), order("b", "taken", null), order("c", "on_scene", null), order("d", "resolved", null), order("e", "accepted", null)], NOW);
  expect(Object.values(found).map((each) => each.map(({ number }) => number))).toEqual([["a"], ["b"], ["c"], ["d"]]);
});

test("the most overdue stands on top, then what is due next, then what is not due", () => {
  const orders = [order("none", "taken", null), order("soon", "taken", "2026-03-01T10:05:00Z"), order("late", "taken", "2026-03-01T09:59:00Z"), order("later", "taken", "2026-03-01T09:00:00Z")];
  expect(board(orders, NOW).on_the_way.map((each) => each.number)).toEqual(["later", "late", "soon", "none"]);
  expect(overdue(order("x", "taken", "2026-03-01T09:59:00Z"), NOW)).toBe(60_000);
});

test("who has it is called, else who was sent", () => {
  expect(responder(incident({ owner: "z", owner_name: "赵敏", assignees: [{ id: "s", name: "孙" }] }))).toEqual({ id: "z", name: "赵敏" });
  expect(responder(incident({ assignees: [{ id: "s", name: "孙" }] }))).toEqual({ id: "s", name: "孙" });
  expect(responder(incident({}))).toBeNull();
});
