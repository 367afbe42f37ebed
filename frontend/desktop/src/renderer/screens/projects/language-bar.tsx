import { Box, Group, Progress, Text } from "@mantine/core";
import { languageShares } from "@shared/files/languages.ts";
import { projects as words } from "@/strings/projects.ts";

// Far enough from one another, and from both grounds, to be told apart; the names stand beside them anyway.
const COLOURS = ["blue.6", "orange.6", "teal.6", "grape.6", "gray.6"];
const NAMED = 4;

/** What a project is written in, as a bar and in words. Keeps its place while nothing is known. */
export function LanguageBar({ languages }: { languages: Readonly<Record<string, { files: number; bytes: number }>> | null }) {
  const parts = languages === null ? [] : languageShares(languages, words.otherLanguages, NAMED);
  return (
    <Box mih={30}>
      <Progress.Root size={6} aria-hidden>
        {parts.map(({ name, share }, place) => (
          <Progress.Section key={name} value={share * 100} color={COLOURS[place] ?? "gray.6"} withAria={false} />
        ))}
      </Progress.Root>
      <Group gap="2px 12px" mt={4} aria-label={words.languages} role="group">
        {parts.length === 0 && (
          <Text size="xs" c="dimmed">
            {words.noLanguages}
          </Text>
        )}
        {parts.map(({ name, share }, place) => (
          <Group key={name} gap={4} wrap="nowrap">
            <Box w={8} h={8} bg={COLOURS[place] ?? "gray.6"} style={{ borderRadius: "50%" }} aria-hidden />
            <Text size="xs">{words.languageShare(name, share * 100)}</Text>
          </Group>
        ))}
      </Group>
    </Box>
  );
}
