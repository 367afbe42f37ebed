import { Group, Text } from "@mantine/core";
import type { ReactNode } from "react";

const TONES = {
  good: ["var(--hs-added-ground)", "var(--hs-added)"],
  bad: ["var(--hs-removed-ground)", "var(--hs-removed)"],
  careful: ["var(--hs-hint)", "var(--mantine-color-text)"],
} as const;

/** One sentence that must not be overlooked, in colours that can be read on their ground in both themes. */
export function Notice({ tone, icon, children }: { tone: keyof typeof TONES; icon?: ReactNode; children: ReactNode }) {
  const [ground, ink] = TONES[tone];
  return (
    <Group gap="sm" wrap="nowrap" p="sm" bg={ground} c={ink} style={{ borderRadius: "var(--mantine-radius-md)" }}>
      {icon}
      <Text size="sm" fw={600} component="div" flex={1}>
        {children}
      </Text>
    </Group>
  );
}
