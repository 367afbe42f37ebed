import { Button, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { IconPlus } from "@tabler/icons-react";
import type { ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { NotAllowed } from "@/components/allowed.tsx";
import { Answer } from "@/components/answer.tsx";
import { ListingAnswer } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { pagesQuery, useListing } from "@/data/listing.ts";
import { usePollInterval } from "@/data/live.ts";
import { may } from "@/data/permissions.ts";
import { projectQuery } from "@/data/projects.ts";
import { previews as words } from "@/strings/previews.ts";
import { Comparison } from "./comparison.tsx";
import { SessionTable } from "./session-table.tsx";
import { StartDialog } from "./start-dialog.tsx";

const route = getRouteApi("/shell/projects/$projectId/previews");

/** A project's preview sessions, starting one, and two of them side by side. */
export function Previews() {
  const { projectId } = route.useParams();
  const project = useQuery(projectQuery(projectId));
  return <Answer query={project}>{(data) => <Sessions project={data} />}</Answer>;
}

function Sessions({ project }: { project: ProjectOut }) {
  const { start, left, right } = route.useSearch();
  const navigate = route.useNavigate();
  const isAllowed = may(project.role, "preview");
  const interval = usePollInterval(isAllowed);
  const listing = useListing({
    ...pagesQuery(["previews", project.id, "sessions"], (place) =>
      unwrap(api.GET("/api/v1/preview/sessions", { params: { query: { project_id: project.id, limit: 25, ...place } } })),
    ),
    refetchInterval: interval,
    enabled: isAllowed,
  });
  const button = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} disabled={!isAllowed} onClick={() => void navigate({ search: { start: "new" } })}>
      {words.start}
    </Button>
  );
  return (
    <Page title={words.title} about={words.about} actions={listing.items?.length === 0 ? undefined : button}>
      <Stack>
        <NotAllowed role={project.role} permission="preview" />
        {left !== undefined && right !== undefined && (
          <Comparison projectId={project.id} left={left} right={right} onClose={() => void navigate({ search: {} })} />
        )}
        {isAllowed && (
          <ListingAnswer
            listing={listing}
            empty={
              <Empty title={words.emptyTitle} action={button}>
                {words.emptyText}
              </Empty>
            }
          >
            {(items) => (
              <SessionTable project={project} items={items} onCompare={(one, other) => void navigate({ search: { left: one, right: other } })} />
            )}
          </ListingAnswer>
        )}
      </Stack>
      {start !== undefined && isAllowed && <StartDialog project={project} onClose={() => void navigate({ search: {} })} />}
    </Page>
  );
}
