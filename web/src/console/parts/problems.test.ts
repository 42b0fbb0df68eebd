import { expect, test } from "vitest";

import { problemsOf } from "./problems";

const wrong = (path: string) => ({ path, message: { zh: path, en: path } });

test("problems go to the field with the longest name that covers them, the rest on top", () => {
  const facts = { fields: [wrong("body.name"), wrong("body.contacts.sms"), wrong("body.contacts.lan"), wrong("body.roles.1"), wrong("body")] };
  const found = problemsOf(facts, ["name", "contacts", "contacts.sms", "roles"]);
  expect(Object.keys(found.fields).sort()).toEqual(["contacts", "contacts.sms", "name", "roles"]);
  expect(found.rest).toEqual([{ zh: "body", en: "body" }]);
  expect(found.count).toBe(5);
});

test("documents of the site name their places in their own way", () => {
  const facts = { fields: [wrong("plan:gate_check: ladder[1].to"), wrong("body.entry.name.zh")] };
  expect(Object.keys(problemsOf(facts, ["ladder", "name"]).fields).sort()).toEqual(["ladder", "name"]);
});

test("a refusal without fields has no problems of fields", () => {
  expect(problemsOf({ current_version: 4 }, ["name"])).toEqual({ fields: {}, rest: [], count: 0 });
});
