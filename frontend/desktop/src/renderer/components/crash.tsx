import { Button, Code, Stack, Text, Title } from "@mantine/core";
import { ApiError, asApiError } from "@shared/api/errors.ts";
import { common } from "@/strings/common.ts";
import { RouteButton } from "./link.tsx";
import { Failure } from "./states.tsx";

export function NotFound() {
  return (
    <Stack align="center" gap="xs" py="xl" ta="center">
      <Title order={1} size="h2">
        {common.notFoundTitle}
      </Title>
      <Text c="dimmed" maw={520}>
        {common.notFoundText}
      </Text>
      <RouteButton to="/projects" mt="sm">
        {common.home}
      </RouteButton>
    </Stack>
  );
}

/** The last resort of a screen: an answer that it did not expect, or a mistake of ours. */
export function Crash({ error }: { error: unknown }) {
  if (error instanceof ApiError && error.status === 404) return <NotFound />;
  if (error instanceof ApiError) return <Failure error={error} retry={() => globalThis.location.reload()} />;
  return (
    <Stack align="flex-start" gap="xs" py="xl" role="alert">
      <Title order={1} size="h2">
        {common.crashedTitle}
      </Title>
      <Text c="dimmed">{common.crashedText}</Text>
      <Code block>{asApiError(error).message}</Code>
      <Button onClick={() => globalThis.location.reload()}>{common.reload}</Button>
    </Stack>
  );
}
