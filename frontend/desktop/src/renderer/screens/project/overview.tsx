import { Button, Code, Grid, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { SyncHistoryOut } from "@shared/api/schema.ts";
import { NotAllowed } from "@/components/allowed.tsx";
import { Answer } from "@/components/answer.tsx";
import { RouteButton } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { may } from "@/data/permissions.ts";
import { projectQuery } from "@/data/projects.ts";
import { overview } from "@/strings/overview.ts";
import { navigation } from "@/strings/common.ts";
import { LanguagesCard } from "./languages-card.tsx";
import { ManifestCard } from "./manifest-card.tsx";
import { Readme } from "./readme.tsx";
import { RecentCards } from "./recent.tsx";
import { SyncCard } from "./sync-card.tsx";
import { useSync, type Sync } from "./use-sync.ts";

const route = getRouteApi("/shell/projects/$projectId/");

/** A project's home: how it stands, what it holds, what happened last, and what it says of itself. */
export function Overview() {
  const { projectId } = route.useParams();
  const project = useQuery(projectQuery(projectId));
  const sync = useSync(projectId);
  const role = project.data?.role ?? null;
  return (
    <Page
      title={project.data?.name ?? navigation.overview}
      about={may(role, "sync") ? undefined : <NotAllowed role={role} permission="sync" />}
      actions={
        sync.history.data !== undefined && sync.history.data.remote_url !== null ? (
          <Button onClick={sync.start} loading={sync.isStarting} disabled={sync.isMoving || !may(role, "sync")}>
            {sync.isMoving ? overview.syncing : overview.syncNow}
          </Button>
        ) : undefined
      }
    >
      <Answer query={sync.history} loading={<Loading lines={8} height={28} />}>
        {(shown) => <Body projectId={projectId} history={shown} sync={sync} />}
      </Answer>
    </Page>
  );
}

function Body({ projectId, history, sync }: { projectId: string; history: SyncHistoryOut; sync: Sync }) {
  if (history.remote_url === null && history.generation === 0) {
    return (
      <Empty
        title={overview.noRemoteTitle}
        action={
          <RouteButton to="/projects/$projectId/settings" params={{ projectId }} mt="sm">
            {overview.connect}
          </RouteButton>
        }
      >
        {overview.noRemoteText} <Code>{overview.folderSync}</Code>
      </Empty>
    );
  }
  if (history.generation === 0) {
    return (
      <Stack>
        <SyncCard projectId={projectId} history={history} sync={sync} />
        {!sync.isMoving && <Empty title={overview.neverTitle}>{overview.neverText}</Empty>}
      </Stack>
    );
  }
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack>
          <SyncCard projectId={projectId} history={history} sync={sync} />
          <Readme projectId={projectId} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack>
          <LanguagesCard projectId={projectId} />
          <ManifestCard projectId={projectId} />
          <RecentCards projectId={projectId} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}
