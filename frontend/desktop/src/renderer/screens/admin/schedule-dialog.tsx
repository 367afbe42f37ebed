import { Box, Button, Group, List, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { unwrap } from "@shared/api/client.ts";
import { asApiError } from "@shared/api/errors.ts";
import { CODE_INPUT } from "@/components/code-input.ts";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { schedules as words } from "@/strings/admin-records.ts";
import { common } from "@/strings/common.ts";
import { nextRunsQuery, type Schedule } from "./data.ts";

const TYPING_MS = 300;
const utc = new Intl.DateTimeFormat("en", { dateStyle: "full", timeStyle: "short", timeZone: "UTC", hourCycle: "h23" });

/** Changes when something runs; the server says of every line when it would come due, before anything is kept. */
export function ScheduleDialog({ schedule, onClose }: { schedule: Schedule | null; onClose: () => void }) {
  return (
    <Modal
      opened={schedule !== null}
      onClose={onClose}
      title={words.changeTitle(schedule?.name ?? "")}
      closeButtonProps={{ "aria-label": common.close }}
    >
      {schedule !== null && <Form schedule={schedule} onClose={onClose} />}
    </Modal>
  );
}

function Form({ schedule, onClose }: { schedule: Schedule; onClose: () => void }) {
  const client = useQueryClient();
  const [cron, setCron] = useState(schedule.cron);
  const [asked] = useDebouncedValue(cron.trim(), TYPING_MS);
  const preview = useQuery({ ...nextRunsQuery(asked), enabled: asked !== "" });
  const change = useMutation({
    mutationFn: () =>
      unwrap(
        api.PATCH("/api/v1/admin/schedules/{name}", { params: { path: { name: schedule.name } }, body: { cron: cron.trim() } }),
      ),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["admin"] });
      onClose();
    },
  });
  const problem = preview.isError ? asApiError(preview.error).message : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate();
      }}
    >
      <Stack>
        <TextInput
          label={words.cronLabel}
          description={words.cronHint}
          error={problem}
          value={cron}
          maxLength={200}
          spellCheck={false}
          styles={CODE_INPUT}
          onChange={(event) => setCron(event.currentTarget.value)}
          data-autofocus
        />
        <Box mih={140} aria-live="polite">
          {preview.data !== undefined && (
            <>
              <Text size="sm" fw={600} mb={4}>
                {words.nextRuns}
              </Text>
              <List size="sm">
                {preview.data.next_runs.map((at) => (
                  <List.Item key={at}>{utc.format(new Date(at))}</List.Item>
                ))}
              </List>
            </>
          )}
        </Box>
        {change.isError && <Failure error={change.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {common.close}
          </Button>
          <Button type="submit" loading={change.isPending} disabled={preview.data === undefined || cron.trim() === schedule.cron}>
            {common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
