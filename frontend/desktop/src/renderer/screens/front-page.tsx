import { Card, Center, Group, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { useTitle } from "@/components/title.ts";
import logo from "@/logo.svg";
import { common } from "@/strings/common.ts";

/** The page in front of the house: who we are, what we promise, and a form. */
export function FrontPage({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title);
  return (
    <Center mih="100vh" p="md" component="main">
      <Stack w={420} maw="100%" gap="lg">
        <Group gap="sm" wrap="nowrap">
          <img src={logo} alt="" width={48} height={48} />
          <div>
            <Text fw={700} fz="xl">
              {common.product}
            </Text>
            <Text size="sm" c="dimmed">
              {common.promise}
            </Text>
          </div>
        </Group>
        <Card withBorder padding="lg">
          <Stack>
            <Title order={1} size="h3">
              {title}
            </Title>
            {children}
          </Stack>
        </Card>
      </Stack>
    </Center>
  );
}
