import { PasswordInput, SegmentedControl, Stack, Textarea, TextInput } from "@mantine/core";
import type { CredentialsIn } from "@shared/api/schema.ts";
import { connect as words } from "@/strings/projects.ts";

export interface CredentialDraft {
  kind: "token" | "password" | "ssh";
  username: string;
  secret: string;
}

export const NO_CREDENTIALS: CredentialDraft = { kind: "token", username: "", secret: "" };

/** How to log in to a repository; null where nothing was filled in. */
export function credentialsOf({ kind, username, secret }: CredentialDraft): CredentialsIn | null {
  if (secret === "") return null;
  const named = username === "" ? {} : { username };
  if (kind === "token") return { ...named, token: secret };
  if (kind === "password") return { ...named, password: secret };
  return { ...named, ssh_private_key: secret.endsWith("\n") ? secret : `${secret}\n` };
}

/** Token, password or key. What is typed is sent once and never comes back. */
export function CredentialFields({ draft, onChange }: { draft: CredentialDraft; onChange: (draft: CredentialDraft) => void }) {
  const change = (part: Partial<CredentialDraft>) => onChange({ ...draft, ...part });
  return (
    <Stack gap="sm" pl="md" style={{ borderLeft: "2px solid var(--hs-line)" }}>
      <SegmentedControl
        aria-label={words.kind}
        value={draft.kind}
        onChange={(kind) => change({ kind: kind as CredentialDraft["kind"], secret: "" })}
        data={[
          { value: "token", label: words.kinds.token },
          { value: "password", label: words.kinds.password },
          { value: "ssh", label: words.kinds.ssh },
        ]}
      />
      {draft.kind !== "ssh" && (
        <TextInput
          label={words.username}
          required={draft.kind === "password"}
          autoComplete="off"
          maxLength={200}
          value={draft.username}
          onChange={(event) => change({ username: event.currentTarget.value })}
        />
      )}
      {draft.kind === "ssh" ? (
        <Textarea
          label={words.sshKey}
          description={words.sshHint}
          required
          autosize
          minRows={4}
          maxRows={8}
          spellCheck={false}
          autoComplete="off"
          ff="monospace"
          value={draft.secret}
          onChange={(event) => change({ secret: event.currentTarget.value })}
        />
      ) : (
        <PasswordInput
          label={draft.kind === "token" ? words.token : words.password}
          description={words.tokenHint}
          required
          autoComplete="new-password"
          value={draft.secret}
          onChange={(event) => change({ secret: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
