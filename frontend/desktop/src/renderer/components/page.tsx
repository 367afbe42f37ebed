import { Box, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTitle } from "./title.ts";

interface PageProps {
  title: string;
  /** A line under the title. */
  about?: ReactNode;
  /** Buttons at the right of the title. */
  actions?: ReactNode;
  /** Use the whole width: for code and wide tables. */
  isWide?: boolean;
  children: ReactNode;
}

/** A screen: its heading, what can be done, its content. Names the window too. */
export function Page({ title, about, actions, isWide = false, children }: PageProps) {
  useTitle(title);
  return (
    <Box maw={isWide ? undefined : 1200} mx="auto">
      <Group justify="space-between" align="flex-start" mb="md" gap="sm">
        <Stack gap={2} miw={0} flex="1 1 20rem">
          <Title order={1} size="h2" style={{ overflowWrap: "anywhere" }}>
            {title}
          </Title>
          {about !== undefined && (
            <Text c="dimmed" size="sm" component="div">
              {about}
            </Text>
          )}
        </Stack>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
