import { Box, Group, Progress, Text } from "@mantine/core";
import { projects as words } from "@/strings/projects.ts";

// Far enough from one another, and from both grounds, to be told apart; the names stand beside them anyway.
const COLOURS = ["blue.6", "orange.6", "teal.6", "grape.6", "gray.6"];
const NAMED = 4;

export interface Share {
  name: string;
  percent: number;
}

/** The languages that make up the most bytes, and the rest as one. */
export function shares(languages: Readonly<Record<string, { bytes: number }>>, rest: string = words.otherLanguages): Share[] {
  const sorted = Object.entries(languages)
    .filter(([, { bytes }]) => bytes > 0)
    .sort((left, right) => right[1].bytes - left[1].bytes);
  const total = sorted.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const part = (bytes: number) => (bytes / total) * 100;
  const named = sorted.slice(0, NAMED).map(([name, { bytes }]) => ({ name, percent: part(bytes) }));
  const others = sorted.slice(NAMED).reduce((sum, [, { bytes }]) => sum + bytes, 0);
  return others === 0 ? named : [...named, { name: rest, percent: part(others) }];
}

/** What a project is written in, as a bar and in words. Keeps its place while nothing is known. */
export function LanguageBar({ languages }: { languages: Readonly<Record<string, { bytes: number }>> | null }) {
  const parts = languages === null ? [] : shares(languages);
  return (
    <Box mih={30}>
      <Progress.Root size={6} aria-hidden>
        {parts.map(({ name, percent }, place) => (
          <Progress.Section key={name} value={percent} color={COLOURS[place] ?? "gray.6"} withAria={false} />
        ))}
      </Progress.Root>
      <Group gap="2px 12px" mt={4} aria-label={words.languages} role="group">
        {parts.length === 0 && (
          <Text size="xs" c="dimmed">
            {words.noLanguages}
          </Text>
        )}
        {parts.map(({ name, percent }, place) => (
          <Group key={name} gap={4} wrap="nowrap">
            <Box w={8} h={8} bg={COLOURS[place] ?? "gray.6"} style={{ borderRadius: "50%" }} aria-hidden />
            <Text size="xs">{words.languageShare(name, percent)}</Text>
          </Group>
        ))}
      </Group>
    </Box>
  );
}
