// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";
import { CodeText } from "./code-text.tsx";

afterEach(cleanup);

it("names a control and keeps it out of the page", () => {
  const { container } = render(<CodeText text={"if access != 'user\u202e \u2066// admins only\u2069 \u2066':"} />);
  expect(screen.getByRole("img", { name: "U+202E RIGHT-TO-LEFT OVERRIDE" }).textContent).toBe("RLO");
  expect(screen.getAllByRole("img", { name: "U+2066 LEFT-TO-RIGHT ISOLATE" })).toHaveLength(2);
  expect(container.textContent).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
});

it("keeps right-to-left letters from moving their neighbours", () => {
  const { container } = render(<CodeText text={'x = "אב" + 1'} />);
  expect(container.querySelector('bdi[dir="rtl"]')?.textContent).toBe("אב");
  expect(container.textContent).toBe('x = "אב" + 1');
});

it("shows a look-alike as it is, with what it is", () => {
  render(<CodeText text="pаypal" />);
  expect(screen.getByTitle("U+0430 LOOKS LIKE LATIN a").textContent).toBe("а");
});

it("shows markup as text", () => {
  const { container } = render(<CodeText text={'<img src=x onerror="alert(1)">'} />);
  expect(container.querySelector("img")).toBeNull();
  expect(container.textContent).toBe('<img src=x onerror="alert(1)">');
});
