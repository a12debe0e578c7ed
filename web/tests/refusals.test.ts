import { expect, test } from "vitest";
import { ApiError } from "../src/api/http";
import { parseRefusal, sayRefusal } from "../src/shared/refusals";

const refusal = (code: string, reason?: string) =>
  new ApiError(409, code, "the detail", { error: code, ...(reason ? { reason } : {}) });

test("a refusal is said by its ground, in the reader's language", () => {
  expect(sayRefusal(refusal("refused", "last_admin"), "zh")).toBe("这是最后一位管理员，请先设置另一位。");
  expect(sayRefusal(refusal("refused", "last_admin"), "en")).toMatch(/^This is the last administrator/);
});

test("a ground nobody knows is said by its code, and an unknown code not at all", () => {
  expect(sayRefusal(refusal("conflict", "brand_new"), "zh")).toBe("状态已变化，内容已刷新。");
  expect(sayRefusal(refusal("brand_new"), "zh")).toBeNull();
});

test("what a failed command keeps is read as a refusal", () => {
  expect(parseRefusal("refused/days_over: the days for a return of order 1 are over: no")).toEqual({
    code: "refused",
    reason: "days_over",
    detail: "the days for a return of order 1 are over: no",
  });
  expect(parseRefusal("not_found: no order 1")).toMatchObject({ code: "not_found", reason: null });
  expect(parseRefusal("something else")).toBeNull();
});
