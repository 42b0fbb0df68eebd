import { expect, test } from "vitest";

import { codeIn, stepOf } from "./steps";

test("no step comes before what it needs", () => {
  expect(stepOf({ step: "", device: "", group: "" })).toBe("arrive");
  expect(stepOf({ step: "claim", device: "", group: "" })).toBe("arrive");
  expect(stepOf({ step: "claim", device: "", group: "g" })).toBe("claim");
  expect(stepOf({ step: "try", device: "", group: "g" })).toBe("arrive");
  expect(stepOf({ step: "claim", device: "d", group: "g" })).toBe("name");
  expect(stepOf({ step: "try", device: "d", group: "" })).toBe("try");
});

test("a scanned address is its code", () => {
  expect(codeIn(" 7K3F-9QXM-2D ")).toBe("7K3F-9QXM-2D");
  expect(codeIn("http://gateway.test/devices?x=1&c=7K3F-9QXM-2D#a")).toBe("7K3F-9QXM-2D");
});
