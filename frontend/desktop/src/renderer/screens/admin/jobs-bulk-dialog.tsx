import { Alert, Button, Group, Modal, Stack, Table, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { Failure, Loading } from "@/components/states.tsx";
import { StatusBadge } from "@/components/status-badge.tsx";
import { api } from "@/data/environment.ts";
import { bulk as words } from "@/strings/admin-jobs.ts";
import { common } from "@/strings/common.ts";
import type { AdminJob } from "./data.ts";
import { MOST_AT_ONCE, portions, type Act, type Chosen } from "./jobs-bulk.ts";

export interface BulkAsked {
  readonly act: Act;
  readonly choose: () => Promise<Chosen>;
  /** Whether a filter found them, rather than a hand. */
  readonly isByFilter: boolean;
  /** Tells one question from the next. */
  readonly key: number;
}

interface BulkDialogProps {
  asked: BulkAsked | null;
  onClose: () => void;
  onDone: () => void;
}

/** Says how many jobs of what kind are meant before anything happens, and what became of them after. */
export function BulkDialog({ asked, onClose, onDone }: BulkDialogProps) {
  const choice = useQuery({
    queryKey: ["bulk", asked?.key ?? 0],
    queryFn: () => asked?.choose() ?? Promise.reject(new Error("Nothing was asked.")),
    enabled: asked !== null,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const count = choice.data?.jobs.length ?? 0;
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      size="lg"
      title={asked === null ? "" : choice.data === undefined ? words.counting : title(asked.act, count)}
      closeButtonProps={{ "aria-label": common.close }}
    >
      {asked !== null && (
        <Answer query={choice} loading={<Loading lines={5} />}>
          {(chosen) => <Confirm asked={asked} chosen={chosen} onClose={onClose} onDone={onDone} />}
        </Answer>
      )}
    </Modal>
  );
}

const title = (act: Act, count: number) => (act === "retry" ? words.retryTitle(count) : words.cancelTitle(count));

interface ConfirmProps {
  asked: BulkAsked;
  chosen: Chosen;
  onClose: () => void;
  onDone: () => void;
}

function Confirm({ asked, chosen, onClose, onDone }: ConfirmProps) {
  const client = useQueryClient();
  const { jobs } = chosen;
  const isRetry = asked.act === "retry";
  const run = useMutation({
    mutationFn: () => {
      const body = { ids: jobs.map((job) => job.job_id) };
      return isRetry
        ? unwrap(api.POST("/api/v1/admin/jobs/retry", { body }))
        : unwrap(api.POST("/api/v1/admin/jobs/cancel", { body }));
    },
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["admin"] });
      void client.invalidateQueries({ queryKey: ["jobs"] });
      onDone();
    },
  });
  if (run.data !== undefined) return <Outcome act={asked.act} result={run.data} onClose={onClose} />;
  if (jobs.length === 0) {
    return (
      <Stack>
        <Text size="sm">{isRetry ? words.nothingToRetry : words.nothingToCancel}</Text>
        <Button variant="default" onClick={onClose} style={{ alignSelf: "flex-end" }}>
          {common.close}
        </Button>
      </Stack>
    );
  }
  return (
    <Stack gap="sm">
      <Portions jobs={jobs} />
      <Text size="sm">{isRetry ? words.retryText : words.cancelText}</Text>
      {asked.isByFilter && <Text size="sm">{isRetry ? `${words.exact} ${words.onlyFailed}` : words.exact}</Text>}
      {chosen.left > 0 && <Text size="sm">{words.left(chosen.left)}</Text>}
      {chosen.hasMore && (
        <Alert color="orange" variant="light">
          {words.more(MOST_AT_ONCE)}
        </Alert>
      )}
      {run.isError && <Failure error={run.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {common.close}
        </Button>
        <Button color={isRetry ? undefined : "red"} loading={run.isPending} onClick={() => run.mutate()} data-autofocus>
          {isRetry ? words.retry(jobs.length) : words.cancel(jobs.length)}
        </Button>
      </Group>
    </Stack>
  );
}

function Portions({ jobs }: { jobs: readonly AdminJob[] }) {
  return (
    <Table.ScrollContainer minWidth={0} mah={280} type="native">
      <Table fz="sm" verticalSpacing={4} captionSide="top">
        <Table.Caption>{words.breakdown}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{words.kind}</Table.Th>
            <Table.Th scope="col">{words.state}</Table.Th>
            <Table.Th scope="col">{words.error}</Table.Th>
            <Table.Th scope="col" ta="right">
              {words.jobs}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {portions(jobs).map((portion) => (
            <Table.Tr key={`${portion.kind} ${portion.status} ${portion.error}`}>
              <Table.Td>{portion.kind}</Table.Td>
              <Table.Td>
                <StatusBadge status={portion.status} />
              </Table.Td>
              <Table.Td>{portion.error === "" ? "–" : portion.error}</Table.Td>
              <Table.Td ta="right">{portion.count.toLocaleString("en")}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface OutcomeProps {
  act: Act;
  result: { done: number; same_work_active: number; refused: number; unknown: number };
  onClose: () => void;
}

function Outcome({ act, result, onClose }: OutcomeProps) {
  return (
    <Stack gap="sm" role="status">
      <Text>{act === "retry" ? words.retried(result.done) : words.cancelled(result.done)}</Text>
      {result.same_work_active > 0 && <Text size="sm">{words.sameWork(result.same_work_active)}</Text>}
      {result.refused > 0 && <Text size="sm">{words.refused(result.refused)}</Text>}
      {result.unknown > 0 && <Text size="sm">{words.unknown(result.unknown)}</Text>}
      <Button onClick={onClose} style={{ alignSelf: "flex-end" }} data-autofocus>
        {words.done}
      </Button>
    </Stack>
  );
}
