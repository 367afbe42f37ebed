import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "@shared/api/errors.ts";

/** Milliseconds between two looks at something that is being worked on: often while nothing tells us, seldom while events do. */
export const POLL_MS = { alone: 1_500, accompanied: 10_000 } as const;

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The client itself asks again where that helps.
        retry: false,
        staleTime: 5_000,
        refetchOnWindowFocus: true,
        // What is there stays there while the server is away; the banner says so.
        networkMode: "always",
        throwOnError: (error) => !(error instanceof ApiError),
      },
      mutations: { retry: false, networkMode: "always" },
    },
  });
}
