import { Card, Group, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { isMarkdown } from "@shared/files/paths.ts";
import { RouteLink } from "@/components/link.tsx";
import { CodeText } from "@/components/code-text.tsx";
import { Markdown } from "@/components/markdown/markdown.tsx";
import { Failure, Loading } from "@/components/states.tsx";
import { contentQuery, headQuery } from "@/data/files.ts";
import { overview } from "@/strings/overview.ts";

const README = /^readme(\.(md|markdown|txt|rst))?$/i;

/** What the repository says of itself, at its top. */
export function Readme({ projectId }: { projectId: string }) {
  const head = useQuery({ ...headQuery(projectId, undefined), throwOnError: false });
  const entry = head.data?.root.items
    .filter((item) => item.kind === "file" && README.test(item.name))
    .sort((a, b) => rank(a.name) - rank(b.name))[0];
  const commit = head.data?.commit ?? "";
  const content = useQuery({ ...contentQuery(projectId, commit, entry?.path ?? "", false), enabled: entry !== undefined, throwOnError: false });
  return (
    <Card withBorder component="section" aria-labelledby="readme-title">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h5" id="readme-title">
          {entry === undefined ? overview.readme : <CodeText text={entry.name} />}
        </Title>
        {entry !== undefined && (
          <RouteLink to="/projects/$projectId/files" params={{ projectId }} search={{ path: entry.path }} size="sm">
            {overview.openReadme}
          </RouteLink>
        )}
      </Group>
      {(head.isPending || (entry !== undefined && content.isPending)) && <Loading lines={8} />}
      {(head.isError || content.isError) && <Failure error={head.error ?? content.error} retry={() => void (head.isError ? head.refetch() : content.refetch())} />}
      {head.data !== undefined && entry === undefined && (
        <Text size="sm" c="dimmed">
          {overview.noReadme}
        </Text>
      )}
      {content.data?.encoding === "utf-8" &&
        (isMarkdown(content.data.path) ? (
          <Markdown text={content.data.content} origin={{ projectId, commit, folder: "" }} />
        ) : (
          <Text component="pre" size="sm" ff="monospace" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
            <CodeText text={content.data.content} />
          </Text>
        ))}
      {content.data?.truncated === true && (
        <Text size="sm" c="dimmed">
          {overview.cut}
        </Text>
      )}
    </Card>
  );
}

/** Markdown before everything else. */
function rank(name: string): number {
  return isMarkdown(name) ? 0 : 1;
}
