import { Button, Stack, type ButtonProps } from "@mantine/core";
import type { ReactNode } from "react";
import type { Listing, Pages } from "@/data/listing.ts";
import { common } from "@/strings/common.ts";
import { Failure, Loading } from "./states.tsx";

interface ListingProps<T> {
  listing: Listing<T>;
  /** What is shown of the rows that are there. */
  children: (items: readonly T[]) => ReactNode;
  empty: ReactNode;
  loading?: ReactNode;
}

/** A list with "Show more" under it. A refresh that fails leaves the rows in view. */
export function ListingAnswer<T>({ listing: { query, items }, children, empty, loading }: ListingProps<T>) {
  if (items === undefined) {
    if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
    return <>{loading ?? <Loading lines={6} height={28} />}</>;
  }
  if (items.length === 0) return <>{empty}</>;
  return (
    <Stack align="stretch">
      {children(items)}
      <MoreButton query={query} />
    </Stack>
  );
}

/** Gets the next page, while there is one. */
export function MoreButton({ query, ...look }: { query: Pages } & Pick<ButtonProps, "size" | "mt">) {
  if (!query.hasNextPage) return null;
  return (
    <Button variant="default" style={{ alignSelf: "center" }} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()} {...look}>
      {common.more}
    </Button>
  );
}
