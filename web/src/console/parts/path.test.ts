import { expect, test } from "vitest";

import { FIELD_WORDS } from "./fieldWords";
import { packageOf, sayPath } from "./path";

const zh = (name: string) => FIELD_WORDS[name]?.zh ?? null;
const nth = (place: number) => `第 ${place} 个`;

test("a place in a document is said in words", () => {
  expect(sayPath("shifts.0.people", zh, nth)).toEqual({ text: "班次 · 第 1 个 · 人员", rest: "" });
  expect(sayPath("ladder[2].wait", zh, nth)).toEqual({ text: "逐级通知 · 第 3 个 · 等多久", rest: "" });
  expect(sayPath("name.zh", zh, nth)).toEqual({ text: "名称 · 中文", rest: "" });
});

test("what has no word is shown as it is written, from there on", () => {
  expect(sayPath("devices.cam-1", zh, nth)).toEqual({ text: "设备", rest: "cam-1" });
  expect(sayPath("vendor.x.name", zh, nth)).toEqual({ text: "", rest: "vendor.x.name" });
});

test("every word is there in both languages", () => {
  for (const [name, words] of Object.entries(FIELD_WORDS)) {
    expect(words.zh, name).toMatch(/[\u4e00-\u9fff]/);
    expect(words.en, name).not.toMatch(/[\u4e00-\u9fff]/);
  }
});

test("a file of a package is called by what it installs", () => {
  expect(packageOf("wheels/smart_community_gateway-1.1.0-py3-none-any.whl")).toBe("smart-community-gateway 1.1.0");
  expect(packageOf("manifest.json")).toBe("manifest.json");
});
