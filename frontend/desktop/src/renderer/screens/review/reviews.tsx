import { Group, ScrollArea, SegmentedControl, Stack, Table, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ProposalSummary } from "@shared/review/proposal.ts";
import { CodeText } from "@/components/code-text.tsx";
import { Hash } from "@/components/hash.tsx";
import { RouteButton, RouteLink } from "@/components/link.tsx";
import { ListingAnswer } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { Time } from "@/components/time.tsx";
import { TableHead } from "@/components/table-head.tsx";
import { useListing } from "@/data/listing.ts";
import { useNames } from "@/data/members.ts";
import { kindLabel, review, reviews } from "@/strings/review.ts";
import { proposalsQuery, type Status } from "./data.ts";

const route = getRouteApi("/shell/projects/$projectId/reviews");

/** What waits for a decision in a project, and what became of the rest. */
export function Reviews() {
  const { projectId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const status = reviews.statuses.find((each) => each === search.status);
  const listing = useListing(proposalsQuery(projectId, status));
  const filters = [{ value: "all", label: reviews.all }, ...reviews.statuses.map((value) => ({ value, label: value }))];
  return (
    <Page title={reviews.title} about={reviews.about}>
      <Stack>
        <ScrollArea type="never">
          <SegmentedControl
            aria-label={reviews.filter}
            value={status ?? "all"}
            onChange={(value) => void navigate({ search: value === "all" ? {} : { status: value }, replace: true })}
            data={filters}
          />
        </ScrollArea>
        <ListingAnswer listing={listing} empty={<Nothing projectId={projectId} status={status} />} loading={<Loading lines={6} height={34} />}>
          {(proposals) => <Proposals projectId={projectId} proposals={proposals} />}
        </ListingAnswer>
      </Stack>
    </Page>
  );
}

function Proposals({ projectId, proposals }: { projectId: string; proposals: readonly ProposalSummary[] }) {
  const nameOf = useNames(projectId);
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover verticalSpacing="xs" captionSide="top">
        <Table.Caption ta="left">{reviews.caption}</Table.Caption>
        <TableHead columns={[reviews.proposal, reviews.kind, reviews.status, reviews.by, reviews.when]} />
        <Table.Tbody>
          {proposals.map((proposal) => (
            <Table.Tr key={proposal.id}>
              <Table.Td>
                <RouteLink to="/projects/$projectId/reviews/$proposalId" params={{ projectId, proposalId: proposal.id }} fw={600}>
                  <CodeText text={proposal.title} />
                </RouteLink>
                <Text size="xs" c="dimmed" lineClamp={2}>
                  <CodeText text={proposal.summary} />
                </Text>
                <Group gap={6}>
                  <Text size="xs" c="dimmed">
                    {review.base} <CodeText text={proposal.base_ref.replace("refs/heads/", "")} />
                  </Text>
                  <Hash value={proposal.base_commit} />
                </Group>
              </Table.Td>
              <Table.Td>{kindLabel(proposal.kind)}</Table.Td>
              <Table.Td miw={110}>
                <StatusBadge status={proposal.status} />
              </Table.Td>
              <Table.Td>
                <CodeText text={nameOf(proposal.created_by, reviews.system)} />
              </Table.Td>
              <Table.Td style={{ whiteSpace: "nowrap" }}>
                <Time at={proposal.created_at} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Nothing({ projectId, status }: { projectId: string; status: Status | undefined }) {
  if (status !== undefined) return <Empty title={reviews.emptyFilter(status)}>{reviews.emptyFilterText}</Empty>;
  const actions = (
    <Group justify="center">
      <RouteButton to="/projects/$projectId/ai" params={{ projectId }}>
        {reviews.toAi}
      </RouteButton>
      <RouteButton to="/projects/$projectId/rename" params={{ projectId }} variant="default">
        {reviews.toRename}
      </RouteButton>
    </Group>
  );
  return (
    <Empty title={reviews.emptyTitle} action={actions}>
      {reviews.emptyText}
    </Empty>
  );
}
