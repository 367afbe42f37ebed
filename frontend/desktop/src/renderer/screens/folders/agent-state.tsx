import { Button, Group, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Failure } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { folders as words } from "@/strings/folders.ts";
import type { AgentState as State } from "../../../bridge.ts";
import { useBridge, value } from "./bridge.ts";

const LOOKS = { starting: "running", ready: "alive", restarting: "stale", missing: "failed", stopped: "stopped" } as const;

/** The local agent's state, as the shell tells it. */
export function useAgentState(): State | null {
  const bridge = useBridge();
  const [state, setState] = useState<State | null>(null);
  useEffect(() => {
    const stop = bridge.agent.onState(setState);
    void value(bridge.agent.state()).then(setState, () => undefined);
    return stop;
  }, [bridge]);
  return state;
}

/** Whether the agent is there, and what helps when it is not. */
export function AgentLine({ state }: { state: State | null }) {
  const bridge = useBridge();
  const helping = useMutation({ mutationFn: (how: "restart" | "locate"): Promise<State | null> => value<State | null>(bridge.agent[how]()) });
  return (
    <Group gap="sm" mih={30} aria-live="polite">
      <Text size="sm" fw={500}>
        {words.agent}
      </Text>
      {state !== null && <StatusBadge status={LOOKS[state.status]} label={words.agentStates[state.status]} />}
      {state !== null && state.status !== "ready" && <Text size="sm">{state.message}</Text>}
      {state?.status === "missing" && (
        <Button size="compact-sm" variant="default" onClick={() => helping.mutate("locate")}>
          {words.locate}
        </Button>
      )}
      {(state?.status === "stopped" || state?.status === "missing") && (
        <Button size="compact-sm" variant="default" loading={helping.isPending} onClick={() => helping.mutate("restart")}>
          {words.restart}
        </Button>
      )}
      {helping.isError && <Failure error={helping.error} />}
    </Group>
  );
}
