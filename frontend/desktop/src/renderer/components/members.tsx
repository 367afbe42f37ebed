import { Button, Group, Select, Stack, Table, Text, TextInput, Tooltip } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { MemberOut, Role } from "@shared/api/schema.ts";
import { useSession } from "@/data/session.ts";
import { permissions } from "@/strings/permissions.ts";
import { members as words } from "@/strings/settings.ts";
import { Answer } from "./answer.tsx";
import { Confirm } from "./confirm.tsx";
import { Failure } from "./states.tsx";
import { TableHead } from "./table-head.tsx";
import { Time } from "./time.tsx";

/** How the members of something are read and changed: a project's and a team's have the same form. */
export interface MemberSource {
  /** The key of the query; changes make it old. */
  queryKey: readonly unknown[];
  /** What they are members of, by name. */
  of: string;
  canManage: boolean;
  read: () => Promise<{ items: MemberOut[] }>;
  add: (email: string, role: Role) => Promise<unknown>;
  change: (userId: string, role: Role) => Promise<unknown>;
  remove: (userId: string) => Promise<unknown>;
}

const ROLES: readonly Role[] = ["viewer", "reviewer", "maintainer", "owner"];
const roleOptions = ROLES.map((role) => ({ value: role, label: `${permissions.roles[role]}: ${permissions.about[role]}` }));
const shortRoles = ROLES.map((role) => ({ value: role, label: permissions.roles[role] }));

/** Whether this member is the only owner, without whom nobody could manage anything. */
export function isLastOwner(member: MemberOut, all: readonly MemberOut[]): boolean {
  return member.role === "owner" && all.filter(({ role }) => role === "owner").length === 1;
}

/** Who is in it and as what; whoever may, adds, changes and removes. */
export function Members({ source }: { source: MemberSource }) {
  const query = useQuery({ queryKey: source.queryKey, queryFn: source.read });
  const [leaving, setLeaving] = useState<MemberOut | null>(null);
  const changing = useChange(source, ({ userId, role }: { userId: string; role: Role }) => source.change(userId, role));
  return (
    <Stack>
      <Answer query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{words.none}</Text>
          ) : (
            <Table.ScrollContainer minWidth={520}>
              <Table verticalSpacing="xs" captionSide="top">
                <Table.Caption ta="left">{words.caption(source.of)}</Table.Caption>
                <TableHead columns={Object.values(words.columns)} />
                <Table.Tbody>
                  {items.map((member) => (
                    <MemberRow
                      key={member.user_id}
                      member={member}
                      source={source}
                      isLast={isLastOwner(member, items)}
                      onChange={(role) => changing.mutate({ userId: member.user_id, role })}
                      onRemove={() => setLeaving(member)}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Answer>
      {changing.isError && <Failure error={changing.error} />}
      <AddMember source={source} />
      {leaving !== null && <RemoveDialog member={leaving} source={source} onClose={() => setLeaving(null)} />}
    </Stack>
  );
}

function useChange<T>(source: MemberSource, mutationFn: (given: T) => Promise<unknown>, after?: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: source.queryKey });
      after?.();
    },
  });
}

interface MemberRowProps {
  member: MemberOut;
  source: MemberSource;
  isLast: boolean;
  onChange: (role: Role) => void;
  onRemove: () => void;
}

function MemberRow({ member, source, isLast, onChange, onRemove }: MemberRowProps) {
  const isMe = useSession().user?.id === member.user_id;
  const isFixed = !source.canManage || isLast;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} style={{ overflowWrap: "anywhere" }}>
        {member.display_name}
        {isMe && ` (${words.you})`}
        <Text size="xs" c="dimmed">
          {member.email}
        </Text>
      </Table.Th>
      <Table.Td>
        <Tooltip label={words.lastOwner} disabled={!isLast} withArrow>
          <Select
            aria-label={words.roleOf(member.display_name)}
            allowDeselect={false}
            disabled={isFixed}
            w={150}
            data={shortRoles}
            value={member.role}
            onChange={(role) => role !== null && onChange(role as Role)}
          />
        </Tooltip>
      </Table.Td>
      <Table.Td style={{ whiteSpace: "nowrap" }}>
        <Time at={member.created_at} />
      </Table.Td>
      <Table.Td>
        {(source.canManage || isMe) && (
          <Tooltip label={words.lastOwner} disabled={!isLast} withArrow>
            <Button
              size="compact-sm"
              variant="subtle"
              color="red"
              disabled={isLast}
              aria-label={isMe ? words.leaveOf(source.of) : words.removeOf(member.display_name)}
              onClick={onRemove}
            >
              {isMe ? words.leave : words.remove}
            </Button>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function AddMember({ source }: { source: MemberSource }) {
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("reviewer");
  const adding = useChange(source, () => source.add(email.trim(), role), () => setEmail(""));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    adding.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs">
        <Group align="flex-end" gap="sm">
          <TextInput
            label={words.email}
            placeholder={words.emailHint}
            type="email"
            required
            disabled={!source.canManage}
            autoComplete="off"
            flex="1 1 16rem"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <Select
            label={words.role}
            allowDeselect={false}
            disabled={!source.canManage}
            flex="1 1 14rem"
            data={roleOptions}
            value={role}
            onChange={(value) => value !== null && setRole(value as Role)}
          />
          <Button type="submit" variant="default" disabled={!source.canManage} loading={adding.isPending}>
            {words.add}
          </Button>
        </Group>
        {adding.isError && <Failure error={adding.error} />}
      </Stack>
    </form>
  );
}

function RemoveDialog({ member, source, onClose }: { member: MemberOut; source: MemberSource; onClose: () => void }) {
  const isMe = useSession().user?.id === member.user_id;
  const removing = useChange(source, () => source.remove(member.user_id), onClose);
  return (
    <Confirm
      title={isMe ? words.leaveTitle(source.of) : words.removeTitle(member.display_name)}
      text={isMe ? words.leaveText : words.removeText}
      action={isMe ? words.leave : words.remove}
      isBad
      isBusy={removing.isPending}
      error={removing.error}
      onConfirm={() => removing.mutate(undefined)}
      onClose={onClose}
    />
  );
}
