import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { visible } from "@shared/text/invisible.ts";
import { Failure } from "@/components/states.tsx";
import { projectsQuery } from "@/data/projects.ts";
import { common } from "@/strings/common.ts";
import { folders as words } from "@/strings/folders.ts";
import type { Folder } from "../../../bridge.ts";
import { useBridge, value } from "./bridge.ts";

/** A folder of this computer, chosen in the system's own dialog, and the project that it belongs to. */
export function MapDialog({ onMapped, onClose }: { onMapped: (folder: Folder) => void; onClose: () => void }) {
  const bridge = useBridge();
  const client = useQueryClient();
  const [projectId, setProjectId] = useState<string | null>(null);
  const projects = useQuery(projectsQuery());
  const choosing = useMutation({ mutationFn: () => value(bridge.folders.choose()) });
  const path = choosing.data ?? null;
  const mapping = useMutation({
    mutationFn: (chosen: { path: string; projectId: string }) => value(bridge.folders.map(chosen.path, chosen.projectId)),
    onSuccess: (folder) => {
      void client.invalidateQueries({ queryKey: ["folders"] });
      onMapped(folder);
    },
  });
  const error = choosing.error ?? mapping.error;
  return (
    <Modal opened onClose={onClose} title={words.mapTitle} closeButtonProps={{ "aria-label": common.close }}>
      <Stack>
        <Group>
          <Button variant="default" loading={choosing.isPending} onClick={() => choosing.mutate()}>
            {words.choose}
          </Button>
          <Text size="sm" ff="monospace" style={{ overflowWrap: "anywhere" }} aria-label={words.chosen} role="group">
            {path === null ? words.nothingChosen : visible(path)}
          </Text>
        </Group>
        <Select
          label={words.project}
          searchable
          data={projects.data?.items.map(({ id, name }) => ({ value: id, label: name })) ?? []}
          value={projectId}
          onChange={setProjectId}
        />
        {error !== null && <Failure error={error} />}
        <Button
          disabled={path === null || projectId === null}
          loading={mapping.isPending}
          onClick={() => path !== null && projectId !== null && mapping.mutate({ path, projectId })}
        >
          {words.mapSubmit}
        </Button>
      </Stack>
    </Modal>
  );
}
