import { Button, Checkbox, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PreviewStatusOut, ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { saveBlob } from "@/components/blob.tsx";
import { Confirm } from "@/components/confirm.tsx";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { may } from "@/data/permissions.ts";
import { preview as words, previews } from "@/strings/previews.ts";
import { RestoreButton } from "./session-table.tsx";

/** Download, restore or delete a bundle, as its state allows. */
export function BundleActions({ project, status }: { project: ProjectOut; status: PreviewStatusOut }) {
  const [isAsking, setAsking] = useState(false);
  const { job_id: jobId, bundle } = status;
  const downloading = useMutation({
    mutationFn: () => unwrap(api.GET("/api/v1/preview/download/{job_id}", { params: { path: { job_id: jobId } }, parseAs: "blob" })) as Promise<Blob>,
    onSuccess: (zip) => saveBlob(zip, `preview-${status.platform}-${jobId}.zip`),
  });
  if (bundle === null) return null;
  return (
    <Stack gap="xs">
      <Group gap="xs">
        {bundle.status === "live" && (
          <Button variant="default" size="xs" loading={downloading.isPending} onClick={() => downloading.mutate()}>
            {words.download}
          </Button>
        )}
        {(bundle.status === "expired" || bundle.status === "soft_deleted") && (
          <RestoreButton projectId={project.id} sessionId={status.session_id} name={previews.platforms[status.platform] ?? status.platform} />
        )}
        {bundle.status === "live" && may(project.role, "write") && (
          <Button variant="subtle" color="red" size="xs" onClick={() => setAsking(true)}>
            {previews.deleteBundle}
          </Button>
        )}
      </Group>
      {downloading.isError && <Failure error={downloading.error} />}
      {isAsking && <DeleteDialog project={project} jobId={jobId} onClose={() => setAsking(false)} />}
    </Stack>
  );
}

function DeleteDialog({ project, jobId, onClose }: { project: ProjectOut; jobId: string; onClose: () => void }) {
  const [isForGood, setForGood] = useState(false);
  const client = useQueryClient();
  const deleting = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/v1/preview/bundles/{job_id}", { params: { path: { job_id: jobId }, query: { for_good: isForGood } } })),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["previews", project.id] });
      onClose();
    },
  });
  return (
    <Confirm
      title={previews.deleteTitle}
      text={previews.deleteText}
      action={previews.deleteBundle}
      isBad
      isBusy={deleting.isPending}
      error={deleting.error}
      onConfirm={() => deleting.mutate()}
      onClose={onClose}
    >
      {may(project.role, "manage") && (
        <Checkbox label={previews.deleteForGood} checked={isForGood} onChange={(event) => setForGood(event.currentTarget.checked)} />
      )}
    </Confirm>
  );
}
