import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { isNowhere } from "@shared/api/fields.ts";
import { common } from "@/strings/common.ts";
import { Empty, Failure, Loading } from "./states.tsx";

interface AnswerProps<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  /** What stands there until the first answer; as high as what comes. */
  loading?: ReactNode;
}

/** Shows an answer when it is there. A refresh that fails leaves the old one in view: the banner tells of the server. */
export function Answer<T>({ query, children, loading }: AnswerProps<T>) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.isError && isNowhere(query.error)) return <Empty title={common.notFoundTitle}>{common.notFoundText}</Empty>;
  if (query.isError) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return <>{loading ?? <Loading />}</>;
}
