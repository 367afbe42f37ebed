import { Button, Code, Group, Progress, Stack, Text } from "@mantine/core";
import { ApiError } from "@shared/api/errors.ts";
import { visible } from "@shared/text/invisible.ts";
import { Failure } from "@/components/states.tsx";
import { folders as words } from "@/strings/folders.ts";
import type { Operation } from "../../../bridge.ts";

/** How far the agent is with something, what it says, and how it ended. */
export function OperationView({ operation, error, stop }: { operation: Operation | undefined; error: Error | null; stop: () => void }) {
  return (
    <Stack gap="xs" aria-live="polite">
      {error !== null && <Failure error={error} />}
      {operation?.status === "running" && (
        <>
          <Progress value={operation.progress * 100} aria-label={words.operation} />
          <Group justify="space-between">
            <Text size="sm">{operation.message || operation.stage}</Text>
            <Button size="compact-sm" variant="default" onClick={stop}>
              {words.cancel}
            </Button>
          </Group>
        </>
      )}
      {operation?.status === "success" && <Text size="sm">{operation.message || words.done}</Text>}
      {operation?.status === "cancelled" && <Text size="sm">{words.cancelled}</Text>}
      {operation?.status === "failed" && operation.error !== null && (
        <Failure error={new ApiError(409, operation.error.code, operation.error.message, operation.error.details)} />
      )}
      {operation !== undefined && operation.status !== "success" && operation.log_tail.length > 0 && (
        <Code block mah={160} style={{ overflow: "auto" }} aria-label={words.log} tabIndex={0}>
          {visible(operation.log_tail.join("\n"))}
        </Code>
      )}
    </Stack>
  );
}
