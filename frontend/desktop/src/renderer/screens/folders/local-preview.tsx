import { Button, Group, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { RouteButton } from "@/components/link.tsx";
import { Section } from "@/components/section.tsx";
import { TokenPanel } from "@/screens/previews/token-panel.tsx";
import { folders as words } from "@/strings/folders.ts";
import { previews } from "@/strings/previews.ts";
import type { Folder, Operation, PreviewPlatform } from "../../../bridge.ts";
import { useBridge, useOperation } from "./bridge.ts";
import { OperationView } from "./operation.tsx";

/** The session that a finished preview answers, as far as it is one. */
function openedBy(operation: Operation | undefined) {
  const { session_id: id, token, qr_url: url, expires_at: until } = operation?.result ?? {};
  const isWhole = [id, token, url, until].every((each) => typeof each === "string");
  if (operation?.status !== "success" || !isWhole) return null;
  return { session_id: String(id), token: String(token), qr_url: String(url), expires_at: String(until) };
}

/** Build a preview on this computer, send its bundle, show its code. */
export function LocalPreview({ folder }: { folder: Folder }) {
  const bridge = useBridge();
  const [platform, setPlatform] = useState<PreviewPlatform>("ios");
  const build = useOperation(
    () => bridge.folders.preview(folder.id, platform),
    ["folders", folder.id, "preview"],
    () => undefined,
  );
  const opened = openedBy(build.operation);
  const jobId = build.operation?.result?.["job_id"];
  return (
    <Section title={words.preview} about={words.previewAbout}>
      <Group>
        <SegmentedControl
          aria-label={words.platform}
          value={platform}
          onChange={(wanted) => setPlatform(wanted as PreviewPlatform)}
          data={Object.entries(previews.platforms).map(([wanted, label]) => ({ value: wanted, label }))}
        />
        <Button disabled={!folder.exists} loading={build.isRunning} onClick={build.start}>
          {words.build}
        </Button>
      </Group>
      <OperationView operation={build.operation} error={build.error} stop={build.stop} />
      {opened !== null && <TokenPanel opened={opened} />}
      {opened !== null && typeof jobId === "string" && (
        <RouteButton
          to="/projects/$projectId/previews/$jobId"
          params={{ projectId: folder.project_id, jobId }}
          variant="default"
          style={{ alignSelf: "flex-start" }}
        >
          {words.toPreview}
        </RouteButton>
      )}
    </Section>
  );
}
