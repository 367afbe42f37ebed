import { Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { WayOut } from "@shared/api/schema.ts";
import { Answer } from "@/components/answer.tsx";
import { Section } from "@/components/section.tsx";
import { previewWaysQuery } from "@/data/previews.ts";
import { preview as words } from "@/strings/previews.ts";
import { LazyQrCode } from "./lazy-qr-code.tsx";

const SIZE = 160;

/** Whether a link may be followed from here: pages of the web only, whatever an answer says. */
export function isWebLink(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** Every way to open a finished preview, each as a code and a link. */
export function Ways({ projectId, jobId }: { projectId: string; jobId: string }) {
  const ways = useQuery(previewWaysQuery(projectId, jobId));
  return (
    <Section title={words.ways} about={words.waysAbout}>
      <Answer query={ways}>
        {({ ways: found }) =>
          found.length === 0 ? (
            <Text size="sm">{words.noWays}</Text>
          ) : (
            <Group align="flex-start" gap="lg">
              {found.map((way) => (
                <Way key={way.kind} way={way} />
              ))}
            </Group>
          )
        }
      </Answer>
    </Section>
  );
}

function Way({ way }: { way: WayOut }) {
  const name = words.wayNames[way.kind] ?? way.kind;
  return (
    <Stack gap={6} align="center">
      <LazyQrCode value={way.url} label={words.wayCode(name)} size={SIZE} />
      <Text size="sm" fw={500}>
        {name}
      </Text>
      {isWebLink(way.url) && (
        <Button component="a" href={way.url} target="_blank" rel="noreferrer noopener" size="xs" variant="default">
          {words.openWeb}
        </Button>
      )}
    </Stack>
  );
}
