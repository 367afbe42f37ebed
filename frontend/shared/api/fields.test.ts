import { expect, it } from "vitest";
import { ApiError } from "./errors.ts";
import { fieldErrors, isNowhere } from "./fields.ts";

const refused = (details: Record<string, unknown>, code = "VALIDATION_ERROR") => new ApiError(422, code, "That cannot be.", details);

it("places what the server lists at the fields it names, the first of each", () => {
  const problems = [
    { field: "name", problem: "is too long" },
    { field: "name", problem: "has a control character" },
    { field: "paths.0", problem: "is no pattern" },
    { field: "other", problem: "is unknown" },
  ];
  expect(fieldErrors(refused({ problems }), ["name", "paths"])).toEqual({ name: "Is too long.", paths: "Is no pattern." });
});

it("places what is refused as a whole where the form says", () => {
  const whole = (error: ApiError) => (error.code === "REPO_URL_REFUSED" ? "repo_url" : null);
  expect(fieldErrors(refused({}, "REPO_URL_REFUSED"), ["repo_url"], whole)).toEqual({ repo_url: "That cannot be." });
  expect(fieldErrors(refused({}, "CONFLICT"), ["repo_url"], whole)).toEqual({});
});

it.each([null, undefined, new Error("away"), refused({ problems: "none" }), refused({ problems: [null, { field: 1 }] })])("places nothing of %s", (error) => {
  expect(fieldErrors(error, ["name"])).toEqual({});
});

it("knows an address that cannot be from a field that is wrong", () => {
  const wrong = (...fields: string[]) => refused({ problems: fields.map((field) => ({ field, problem: "is no id" })) });
  expect(isNowhere(wrong("path.job_id"))).toBe(true);
  expect([wrong("path.job_id", "limit"), wrong("path"), wrong(), refused({}), new Error("away")].map(isNowhere)).toEqual([false, false, false, false, false]);
});
