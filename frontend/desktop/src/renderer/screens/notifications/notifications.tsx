import { Box, Button, Card, Group, Stack, Switch, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import type { NotificationOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { RouteLink } from "@/components/link.tsx";
import { ListingAnswer } from "@/components/listing.tsx";
import { Page } from "@/components/page.tsx";
import { Empty, Failure } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { api } from "@/data/environment.ts";
import { pagesQuery, useListing } from "@/data/listing.ts";
import { usePollInterval } from "@/data/live.ts";
import { notifications as words } from "@/strings/notifications.ts";
import { destinationOf } from "@/screens/jobs/destination.ts";

const UNREAD = "yes";
const route = getRouteApi("/shell/notifications");

/** What you were told, the newest first. */
export function NotificationList() {
  const isUnreadOnly = route.useSearch().unread === UNREAD;
  const navigate = route.useNavigate();
  const interval = usePollInterval(true);
  const listing = useListing({
    ...pagesQuery(["notifications", "list", isUnreadOnly], (place) =>
      unwrap(api.GET("/api/v1/notifications", { params: { query: { limit: 50, ...(isUnreadOnly && { unread: true }), ...place } } })),
    ),
    refetchInterval: interval,
  });
  const unread = listing.query.data?.pages[0]?.unread;
  const reading = useReading();
  const show = (only: boolean) => void navigate({ search: only ? { unread: UNREAD } : {}, replace: true });
  return (
    <Page
      title={words.title}
      about={<span aria-live="polite">{unread === undefined ? " " : words.unread(unread)}</span>}
      actions={
        <>
          <Switch label={words.onlyUnread} checked={isUnreadOnly} onChange={(event) => show(event.currentTarget.checked)} />
          <Button variant="default" disabled={unread === 0} loading={reading.isPending && reading.variables === "all"} onClick={() => reading.mutate("all")}>
            {words.readAll}
          </Button>
        </>
      }
    >
      {reading.isError && <Failure error={reading.error} />}
      <ListingAnswer listing={listing} empty={<Nothing isUnreadOnly={isUnreadOnly} onAll={() => show(false)} />}>
        {(items) => (
          <Stack gap="xs" component="ul" p={0} m={0} aria-label={words.list} style={{ listStyle: "none" }}>
            {items.map((each) => (
              <Message key={each.id} message={each} onRead={() => reading.mutate(each.id)} />
            ))}
          </Stack>
        )}
      </ListingAnswer>
    </Page>
  );
}

function useReading() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (which: string) =>
      which === "all"
        ? unwrap(api.POST("/api/v1/notifications/read-all"))
        : unwrap(api.POST("/api/v1/notifications/{notification_id}/read", { params: { path: { notification_id: which } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ["notifications"] }),
  });
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function Message({ message, onRead }: { message: NotificationOut; onRead: () => void }) {
  const isUnread = message.read_at === null;
  const project = message.project_id ?? text(message.link["project_id"]);
  const destination = destinationOf(message.kind, project, text(message.link["job_id"]), text(message.link["proposal_id"]));
  return (
    <Card component="li" withBorder padding="sm" bg={isUnread ? "var(--hs-hint)" : "var(--hs-card)"}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Box miw={0} style={{ overflowWrap: "anywhere" }}>
          <Text fw={isUnread ? 650 : 500} component="div">
            {destination === null ? (
              message.title
            ) : (
              <RouteLink {...destination} inherit onClick={isUnread ? onRead : undefined}>
                {message.title}
              </RouteLink>
            )}
          </Text>
          <Text size="sm">{message.body}</Text>
          <Text size="xs" c="dimmed" component="div">
            {isUnread && <span>{words.isUnread} · </span>}
            <Time at={message.created_at} />
          </Text>
        </Box>
        {isUnread && (
          <Button size="compact-sm" variant="default" style={{ flexShrink: 0 }} aria-label={words.readOneOf(message.title)} onClick={onRead}>
            {words.readOne}
          </Button>
        )}
      </Group>
    </Card>
  );
}

function Nothing({ isUnreadOnly, onAll }: { isUnreadOnly: boolean; onAll: () => void }) {
  if (!isUnreadOnly) return <Empty title={words.emptyTitle}>{words.emptyText}</Empty>;
  return (
    <Empty
      title={words.emptyUnread}
      action={
        <Button variant="default" onClick={onAll}>
          {words.showAll}
        </Button>
      }
    />
  );
}
