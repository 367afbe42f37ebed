import { Modal } from "@mantine/core";
import { useState } from "react";
import type { ProjectOut } from "@shared/api/schema.ts";
import { common } from "@/strings/common.ts";
import { connect as words } from "@/strings/projects.ts";
import { ConnectForm, type Place } from "./connect-form.tsx";
import { EmptyProject, FirstSync } from "./first-sync.tsx";

const PLACES: readonly Place[] = ["url", "path", "folder"];

interface ConnectDialogProps {
  place: string;
  onPlace: (place: Place) => void;
  onClose: () => void;
}

/** From an address to an open project: asks, makes it, and shows its first sync. */
export function ConnectDialog({ place, onPlace, onClose }: ConnectDialogProps) {
  const [made, setMade] = useState<ProjectOut | null>(null);
  const known = PLACES.find((each) => each === place) ?? "url";
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      closeOnClickOutside={false}
      title={made === null ? words.title : words.progressTitle(made.name)}
      closeButtonProps={{ "aria-label": common.close }}
    >
      {made === null && <ConnectForm place={known} onPlace={onPlace} onMade={setMade} />}
      {made !== null && (made.repo_url === null ? <EmptyProject project={made} /> : <FirstSync project={made} />)}
    </Modal>
  );
}
