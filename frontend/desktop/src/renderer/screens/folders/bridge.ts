import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { ApiError } from "@shared/api/errors.ts";
import type { Answer, DesktopBridge, Operation } from "../../../bridge.ts";

/** The desktop shell's functions, handed down so that tests give others. */
export const Bridge = createContext<DesktopBridge | null>(null);

export function useBridge(): DesktopBridge {
  const bridge = useContext(Bridge);
  if (bridge === null) throw new Error("There is no desktop shell around this page.");
  return bridge;
}

/** The value of the shell's answer. Its refusals have our errors' shape, so that they are shown like any other. */
export async function value<T>(answer: Promise<Answer<T>>): Promise<T> {
  const given = await answer;
  if (given.ok) return given.value;
  throw new ApiError(409, given.error.code, given.error.message, given.error.details);
}

const LOOK_MS = 700;

export const isOver = (operation: Operation | undefined) => operation !== undefined && operation.status !== "running";

/** Something the agent does for a folder: begin it, follow it, stop it. */
export function useOperation(begin: () => Promise<Answer<Operation>>, key: readonly unknown[], onEnd: () => void) {
  const bridge = useBridge();
  const client = useQueryClient();
  const beginning = useMutation({
    mutationFn: () => value(begin()),
    onSuccess: (operation) => client.setQueryData([...key, operation.id], operation),
  });
  const id = beginning.data?.id ?? null;
  const following = useQuery({
    queryKey: [...key, id],
    queryFn: async () => {
      const now = await value(bridge.operations.read(id ?? ""));
      if (isOver(now)) onEnd();
      return now;
    },
    enabled: id !== null,
    refetchInterval: (query) => (isOver(query.state.data) ? false : LOOK_MS),
  });
  const stopping = useMutation({ mutationFn: () => value(bridge.operations.cancel(id ?? "")) });
  return {
    operation: following.data,
    error: beginning.error ?? following.error ?? stopping.error,
    isRunning: beginning.isPending || (id !== null && !isOver(following.data) && !following.isError),
    start: () => beginning.mutate(),
    stop: () => stopping.mutate(),
  };
}
