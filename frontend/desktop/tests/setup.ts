import { beforeAll } from "vitest";

// What Mantine asks of a browser and jsdom does not have.
if (typeof window !== "undefined") {
  window.matchMedia ??= (query: string) =>
    ({ matches: false, media: query, addEventListener() {}, removeEventListener() {} }) as unknown as MediaQueryList;
  window.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  beforeAll(async () => {
    const { configure } = await import("@testing-library/react");
    // A second is short on a machine that is busy with other tests.
    configure({ asyncUtilTimeout: 10_000 });
  });
}
