import { useInfiniteQuery, type QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

interface OnePage {
  items: unknown[];
  next_cursor?: string | null | undefined;
}

interface ListingOptions<P> {
  /** How often to look again; may depend on what is there. */
  refetchInterval?: number | false | ((pages: readonly P[]) => number | false);
  enabled?: boolean;
}

/** A list that is answered page by page: what is there so far, and how to get more. */
export function useListing<P extends OnePage>(
  queryKey: QueryKey,
  read: (cursor: string | undefined) => Promise<P>,
  { refetchInterval = false, ...options }: ListingOptions<P> = {},
) {
  const query = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) => (typeof refetchInterval === "function" ? refetchInterval(state.data?.pages ?? []) : refetchInterval),
    ...options,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page): P["items"][number][] => page.items), [query.data]);
  return { query, items };
}

/** What a list needs of `useListing` to be shown. */
export interface Listing<T> {
  items: readonly T[] | undefined;
  query: {
    isError: boolean;
    error: unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    refetch: () => unknown;
    fetchNextPage: () => unknown;
  };
}
