import { Card, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { languageShares } from "@shared/files/languages.ts";
import type { ManifestOut } from "@shared/api/schema.ts";
import { asApiError } from "@shared/api/errors.ts";
import { fileSize } from "@/components/file-size.ts";
import { count } from "@shared/text/count.ts";
import { Failure, Loading } from "@/components/states.tsx";
import { manifestQuery } from "@/data/overview.ts";
import { usePollInterval } from "@/data/live.ts";
import { overview } from "@/strings/overview.ts";
import styles from "./overview.module.css";

/** What the project is written in, by bytes; from its manifest. */
export function LanguagesCard({ projectId }: { projectId: string }) {
  const interval = usePollInterval(true);
  const manifest = useQuery({
    ...manifestQuery(projectId),
    refetchInterval: ({ state }) => (isBeingBuilt(state.error) || state.data?.up_to_date === false ? interval : false),
  });
  const isBuilding = isBeingBuilt(manifest.error);
  return (
    <Card withBorder component="section" aria-labelledby="contents-title">
      <Stack gap="sm">
        <Title order={2} size="h5" id="contents-title">
          {overview.contents}
        </Title>
        {manifest.data !== undefined && <Languages manifest={manifest.data} />}
        {manifest.data === undefined && isBuilding && <Text size="sm">{overview.building}</Text>}
        {manifest.data === undefined && manifest.isError && !isBuilding && <Failure error={manifest.error} retry={() => void manifest.refetch()} />}
        {manifest.isPending && <Loading lines={3} />}
      </Stack>
    </Card>
  );
}

function isBeingBuilt(error: unknown): boolean {
  return error !== null && asApiError(error).status === 409;
}

function Languages({ manifest }: { manifest: ManifestOut }) {
  const shares = languageShares(manifest.languages, overview.otherLanguages);
  return (
    <>
      <Group gap="lg">
        <Text size="sm">
          <Text span fw={600}>
            {count(manifest.file_count)}
          </Text>{" "}
          {overview.fileCount.toLowerCase()}
        </Text>
        <Text size="sm">
          <Text span fw={600}>
            {fileSize(manifest.total_bytes)}
          </Text>
        </Text>
      </Group>
      <div className={styles["bar"]} aria-hidden>
        {shares.map((one, index) => (
          <div key={one.name} className={styles["part"]} data-place={index} style={{ flexGrow: one.share }} title={one.name} />
        ))}
      </div>
      <ul className={styles["legend"]} aria-label={overview.languages}>
        {shares.map((one, index) => (
          <li key={one.name}>
            <span className={styles["dot"]} data-place={index} aria-hidden />
            {overview.languageShare(one.name, `${(one.share * 100).toFixed(1)} %`, one.files)}
          </li>
        ))}
      </ul>
      {!manifest.up_to_date && (
        <Text size="sm" c="dimmed">
          {overview.behind}
        </Text>
      )}
    </>
  );
}
