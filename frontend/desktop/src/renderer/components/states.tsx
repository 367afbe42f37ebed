import { Alert, Button, Code, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { asApiError } from "@shared/api/errors.ts";
import type { ReactNode } from "react";
import { common } from "@/strings/common.ts";

/** The place of something that is on its way; as high as what will come, so that nothing jumps. */
export function Loading({ lines = 4, height = 18 }: { lines?: number; height?: number }) {
  return (
    <Stack gap="sm" role="status" aria-label={common.loading}>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} height={height} width={line === lines - 1 ? "60%" : "100%"} />
      ))}
    </Stack>
  );
}

/** Nothing is there yet: says what would be here and how it gets here. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <Title order={3} size="h4">
        {title}
      </Title>
      {children !== undefined && (
        <Text c="dimmed" maw={520} component="div">
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}

/** What went wrong, its code, and what can be done. */
export function Failure({ error, retry, title }: { error: unknown; retry?: () => void; title?: string }) {
  const failure = asApiError(error);
  return (
    <Alert color="red" variant="light" role="alert" title={title ?? failure.message}>
      <Stack gap="xs" align="flex-start">
        {title !== undefined && <Text size="sm">{failure.message}</Text>}
        <Group gap="sm">
          <Code>{failure.code}</Code>
          {failure.requestId !== "" && (
            <Text size="xs" c="dimmed">
              {common.requestId(failure.requestId)}
            </Text>
          )}
        </Group>
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>
            {common.tryAgain}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
