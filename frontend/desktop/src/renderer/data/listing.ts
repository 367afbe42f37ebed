import { infiniteQueryOptions, useInfiniteQuery, type InfiniteData, type QueryKey, type UseInfiniteQueryOptions } from "@tanstack/react-query";
import { useMemo } from "react";

interface Page {
  next_cursor?: string | null | undefined;
}

/** Where a page begins, as a part of the question; the first one begins nowhere in particular. */
interface Place {
  cursor?: string;
}

/** What is answered page by page. */
export const pagesQuery = <P extends Page>(queryKey: QueryKey, read: (place: Place) => Promise<P>) =>
  infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam === "" ? {} : { cursor: pageParam }),
    initialPageParam: "",
    getNextPageParam: (page: P) => page.next_cursor ?? undefined,
  });

/** A list of pages: what is there so far, and how to get more. */
export function useListing<P extends Page & { items: unknown[] }>(options: UseInfiniteQueryOptions<P, Error, InfiniteData<P>, QueryKey, string>) {
  const query = useInfiniteQuery(options);
  const items = useMemo(() => query.data?.pages.flatMap((page): P["items"][number][] => page.items), [query.data]);
  return { query, items };
}

/** What a button needs of pages to get the next one. */
export interface Pages {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** What a list needs of `useListing` to be shown. */
export interface Listing<T> {
  items: readonly T[] | undefined;
  query: Pages & { isError: boolean; error: unknown; refetch: () => unknown };
}
