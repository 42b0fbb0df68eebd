import { expect, test } from "vitest";

import { localVoice } from "./spoken";

test("only a voice of this machine speaks, in the language of the page", () => {
  const cloud = { lang: "zh-CN", localService: false, name: "cloud" };
  const own = { lang: "zh_CN", localService: true, name: "own" };
  const english = { lang: "en-GB", localService: true, name: "english" };
  expect(localVoice([cloud, english, own], "zh")).toBe(own);
  expect(localVoice([cloud, own, english], "en")).toBe(english);
  expect(localVoice([cloud], "zh")).toBeNull();
});
