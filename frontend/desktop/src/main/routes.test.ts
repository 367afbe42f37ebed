import { describe, expect, it } from "vitest";

import { isAppPage, readDeepLink, readRoute } from "./routes.ts";

describe("places of the app", () => {
  it.each(["/", "/projects/0190-ab", "/projects/1/files?path=src%2Fapp.py#L10", "/review/1?side=unified"])("%s is one", (route) => {
    expect(readRoute(route)).toBe(route);
  });

  it.each([
    "", "projects", "//evil.example/x", "/\\evil.example", "/api/v1/users/me", "/API/v1", "/a/../api/v1", "/./api", "/%2e%2e/api",
    "/a b", "/a\u0000", "/a\nb", "/<script>", "/a\"b", "/\u202ea", `/${"a".repeat(3000)}`, "javascript:alert(1)", null, 7, ["/"],
  ])("%j is none", (route) => {
    expect(readRoute(route)).toBeNull();
  });

  it("leaves no way up in a path", () => {
    expect(readRoute("/a/../../b")).toBe("/b");
  });
});

describe("links of the system", () => {
  it.each([
    ["hivesync://open/projects/1?tab=jobs#last", "/projects/1?tab=jobs#last"],
    ["hivesync://open", "/"],
  ])("%s leads to %s", (link, route) => {
    expect(readDeepLink(link)).toBe(route);
  });

  it.each([
    "hivesync://app/projects", "hivesync://OPEN.evil/x", "hivesync://user:pass@open/x", "hivesync://open:80/x", "hivesync://open//evil.example",
    "hivesync:open/x", "https://open/x", "file:///etc/passwd", "hivesync://open/api/v1/x", "hivesync://open/\\evil", "--inspect", "", 3,
  ])("%j leads nowhere", (link) => {
    expect(readDeepLink(link)).toBeNull();
  });
});

describe("pages that may call the shell", () => {
  it.each(["hivesync://app/", "hivesync://app/projects?x=1#y"])("%s may", (address) => {
    expect(isAppPage(address)).toBe(true);
  });

  it.each([
    "https://app/", "hivesync://open/", "hivesync://app.evil/", "hivesync://x@app/", "hivesync://app/api/v1/files/content", "about:blank", "data:text/html,x", "",
  ])("%s may not", (address) => {
    expect(isAppPage(address)).toBe(false);
  });
});
