import { expect, test } from "vitest";

import { Refusal } from "./client";
import { underOneKey } from "./idempotency";

const words = { zh: "x", en: "x" };
const refusing = (status: number, keys: string[]) => (key: string) => {
  keys.push(key);
  return Promise.reject(new Refusal(status, "x", words));
};
const taking = (keys: string[]) => (key: string) => Promise.resolve(keys.push(key));

test("the same order keeps its key until the gateway has answered", async () => {
  const keys: string[] = [];
  await expect(underOneKey("open the door", refusing(0, keys))).rejects.toThrow();
  await expect(underOneKey("open the door", refusing(502, keys))).rejects.toThrow();
  await underOneKey("open the door", taking(keys));
  await underOneKey("open the door", taking(keys));
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(keys[3]).not.toBe(keys[0]);
});

test("other words are another order, and a refusal ends an order", async () => {
  const keys: string[] = [];
  await expect(underOneKey("all quiet", refusing(0, keys))).rejects.toThrow();
  await underOneKey("all quiet but the rain", taking(keys));
  await expect(underOneKey("note", refusing(409, keys))).rejects.toThrow();
  await underOneKey("note", taking(keys));
  expect(new Set(keys).size).toBe(4);
});
