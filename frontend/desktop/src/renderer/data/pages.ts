import { useEffect } from "react";

interface Paged {
  hasNextPage: boolean;
  isFetching: boolean;
  isError: boolean;
  fetchNextPage: () => unknown;
}

/** Read page after page until all are there, for what is searched as a whole. One that fails is left to whoever tries again. */
export function useAllPages({ hasNextPage, isFetching, isError, fetchNextPage }: Paged, isWanted = true): void {
  useEffect(() => {
    if (isWanted && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [isWanted, hasNextPage, isFetching, isError, fetchNextPage]);
}
