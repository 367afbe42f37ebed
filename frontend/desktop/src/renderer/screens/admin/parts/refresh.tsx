import { ActionIcon, Group, Switch, Tooltip } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useIsFetching, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { usePollInterval } from "@/data/live.ts";
import { admin } from "@/strings/admin.ts";

// Administrators' answers count many rows: they are asked for less often than what one person waits for.
const LEAST_MS = 5_000;

// One switch for all of these screens: whoever reads something wants it to stand still, wherever he goes.
let isPaused = false;
const listeners = new Set<() => void>();

function setPaused(now: boolean): void {
  isPaused = now;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** How often to look again, in milliseconds; `false` while somebody wants it to stand still. */
export function useRefresh(): number | false {
  const isStill = useSyncExternalStore(subscribe, () => isPaused);
  const every = usePollInterval(!isStill);
  return every === false ? false : Math.max(every, LEAST_MS);
}

/** The switch, and a button that looks again at once. */
export function RefreshControl() {
  const client = useQueryClient();
  const isStill = useSyncExternalStore(subscribe, () => isPaused);
  const isFetching = useIsFetching({ queryKey: ["admin"] }) > 0;
  return (
    <Group gap="xs" wrap="nowrap">
      <Tooltip label={admin.stopped} disabled={!isStill} withArrow multiline w={220}>
        <Switch size="sm" label={admin.live} checked={!isStill} onChange={(event) => setPaused(!event.currentTarget.checked)} />
      </Tooltip>
      <Tooltip label={admin.refresh} withArrow>
        <ActionIcon
          variant="default"
          aria-label={admin.refresh}
          aria-busy={isFetching}
          onClick={() => void client.invalidateQueries({ queryKey: ["admin"] })}
        >
          <IconRefresh size={16} aria-hidden />
        </ActionIcon>
      </Tooltip>
    </Group>
  );
}
