// @vitest-environment jsdom
import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { useAllPages } from "./pages.ts";

function asked(state: { hasNextPage: boolean; isFetching: boolean; isError: boolean }, isWanted = true): number {
  let times = 0;
  const fetchNextPage = () => (times += 1);
  const { rerender } = renderHook(() => useAllPages({ ...state, fetchNextPage }, isWanted));
  rerender();
  return times;
}

const RESTING = { hasNextPage: true, isFetching: false, isError: false };

it("asks for the next page while there is one", () => {
  expect(asked(RESTING)).toBe(1);
  expect(asked({ ...RESTING, hasNextPage: false })).toBe(0);
});

it("does not ask again by itself after a failure, while one is on its way, or when nobody wants it", () => {
  expect(asked({ ...RESTING, isError: true })).toBe(0);
  expect(asked({ ...RESTING, isFetching: true })).toBe(0);
  expect(asked(RESTING, false)).toBe(0);
});
