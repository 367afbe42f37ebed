import { Anchor, Box, Button, Group, PasswordInput, Stack, Table, Text, TextInput } from "@mantine/core";
import { toast } from "@/components/toast.ts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import type { UserOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { AppearanceChoice } from "@/components/appearance.tsx";
import { Page } from "@/components/page.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { Time } from "@/components/time.tsx";
import { api, isDesktop, session } from "@/data/environment.ts";
import { useSession } from "@/data/session.ts";
import { common } from "@/strings/common.ts";
import { settings as words } from "@/strings/settings.ts";
import { Teams } from "./teams.tsx";

/** What is yours: name, password, appearance, teams, this session. */
export function Settings() {
  const { user } = useSession();
  if (user === null) return null;
  return (
    <Page title={words.title}>
      <Stack maw={820}>
        <Profile user={user} />
        <Appearance />
        <Teams />
        <PasswordChange user={user} />
        <About user={user} />
      </Stack>
    </Page>
  );
}

function Profile({ user }: { user: UserOut }) {
  const [name, setName] = useState(user.display_name);
  const saving = useMutation({
    mutationFn: () => unwrap(api.PATCH("/api/v1/users/me", { body: { display_name: name.trim() } })),
    onSuccess: (changed) => {
      session.changeUser(changed);
      toast(common.saved);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Section title={words.profile}>
      <form onSubmit={submit}>
        <Stack gap="sm" align="flex-start">
          <TextInput label={words.email} description={words.emailAbout} value={user.email} readOnly w="100%" maw={420} />
          <TextInput
            label={words.name}
            required
            maxLength={200}
            autoComplete="name"
            w="100%"
            maw={420}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {saving.isError && <Failure error={saving.error} />}
          <Button type="submit" loading={saving.isPending} disabled={name.trim() === user.display_name}>
            {common.save}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function Appearance() {
  return (
    <Section title={words.appearance} about={words.appearanceAbout}>
      <Box maw={420}>
        <AppearanceChoice />
      </Box>
    </Section>
  );
}

function PasswordChange({ user }: { user: UserOut }) {
  const [current, setCurrent] = useState("");
  const [wanted, setWanted] = useState("");
  const [again, setAgain] = useState("");
  const isMismatch = again !== "" && again !== wanted;
  const saving = useMutation({
    mutationFn: async () => {
      await unwrap(api.PATCH("/api/v1/users/me", { body: { current_password: current, new_password: wanted } }));
      // The change ended this session too: enter with the new password, so that nobody is thrown out of his own settings.
      await session.logIn(user.email, wanted);
    },
    onSuccess: () => {
      toast(common.saved);
      for (const clear of [setCurrent, setWanted, setAgain]) clear("");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isMismatch) saving.mutate();
  };
  return (
    <Section title={words.password} about={words.passwordAbout}>
      <form onSubmit={submit}>
        <Stack gap="sm" align="flex-start">
          <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
          <Secret label={words.currentPassword} autoComplete="current-password" value={current} onChange={setCurrent} />
          <Secret label={words.newPassword} autoComplete="new-password" value={wanted} onChange={setWanted} />
          <Secret
            label={words.repeatPassword}
            autoComplete="new-password"
            value={again}
            onChange={setAgain}
            error={isMismatch ? words.mismatch : undefined}
          />
          {saving.isError && <Failure error={saving.error} />}
          <Button type="submit" loading={saving.isPending} disabled={isMismatch}>
            {words.changePassword}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

interface SecretProps {
  label: string;
  autoComplete: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
}

function Secret({ onChange, ...rest }: SecretProps) {
  return <PasswordInput required w="100%" maw={420} maxLength={256} onChange={(event) => onChange(event.currentTarget.value)} {...rest} />;
}

function About({ user }: { user: UserOut }) {
  const health = useQuery({ queryKey: ["health", "version"], queryFn: () => unwrap(api.GET("/api/v1/health")), staleTime: 60_000 });
  const facts: readonly (readonly [string, ReactNode])[] = [
    [words.version, health.data?.version ?? "…"],
    [words.client, isDesktop ? words.desktop : words.browser],
    [words.account, user.is_admin ? words.administrator : words.person],
    [words.since, <Time key="since" at={user.created_at} />],
  ];
  return (
    <Section title={words.about} about={words.sessionAbout}>
      <Table variant="vertical" layout="fixed" maw={420} withRowBorders={false}>
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" w={160} bg="transparent">
                {name}
              </Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {health.isError && (
        <Text size="sm" c="dimmed">
          {health.error.message}
        </Text>
      )}
      <Group>
        <Button variant="default" onClick={() => void session.logOut()}>
          {words.signOut}
        </Button>
        <Anchor href="/docs">{words.apiReference}</Anchor>
      </Group>
    </Section>
  );
}
