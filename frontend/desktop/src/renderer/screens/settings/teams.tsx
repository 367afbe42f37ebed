import { Accordion, Badge, Button, Group, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import type { TeamOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { Answer } from "@/components/answer.tsx";
import { Members, type MemberSource } from "@/components/members.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { teamsQuery } from "@/data/teams.ts";
import { roleName } from "@/strings/permissions.ts";
import { settings as words } from "@/strings/settings.ts";

/** Your teams with their members, and founding one. */
export function Teams() {
  const teams = useQuery(teamsQuery());
  return (
    <Section title={words.teams} about={words.teamsAbout}>
      <Answer query={teams}>
        {({ items }) =>
          items.length === 0 ? (
            <Text c="dimmed">{words.noTeams}</Text>
          ) : (
            <Accordion variant="contained">
              {items.map((team) => (
                <Team key={team.id} team={team} />
              ))}
            </Accordion>
          )
        }
      </Answer>
      <NewTeam />
    </Section>
  );
}

function Team({ team }: { team: TeamOut }) {
  return (
    <Accordion.Item value={team.id}>
      <Accordion.Control>
        <Group justify="space-between" pr="sm">
          <Text fw={500} style={{ overflowWrap: "anywhere" }}>
            {team.name}
          </Text>
          <Badge variant="outline" color="gray" tt="none">
            {roleName(team.role)}
          </Badge>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Members source={teamMembers(team)} />
      </Accordion.Panel>
    </Accordion.Item>
  );
}

function teamMembers(team: TeamOut): MemberSource {
  const path = { team_id: team.id };
  const member = (userId: string) => ({ path: { ...path, user_id: userId } });
  return {
    queryKey: ["teams", team.id, "members"],
    of: team.name,
    canManage: team.role === null || team.role === "owner",
    read: () => unwrap(api.GET("/api/v1/teams/{team_id}/members", { params: { path, query: { limit: 200 } } })),
    add: (email, role) => unwrap(api.POST("/api/v1/teams/{team_id}/members", { params: { path }, body: { email, role } })),
    change: (userId, role) => unwrap(api.PATCH("/api/v1/teams/{team_id}/members/{user_id}", { params: member(userId), body: { role } })),
    remove: (userId) => unwrap(api.DELETE("/api/v1/teams/{team_id}/members/{user_id}", { params: member(userId) })),
  };
}

function NewTeam() {
  const [name, setName] = useState("");
  const client = useQueryClient();
  const making = useMutation({
    mutationFn: () => unwrap(api.POST("/api/v1/teams", { body: { name: name.trim() } })),
    onSuccess: () => {
      setName("");
      void client.invalidateQueries({ queryKey: ["teams"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={words.newTeam}
          placeholder={words.teamName}
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={making.isPending}>
          {words.createTeam}
        </Button>
      </Group>
      {making.isError && <Failure error={making.error} />}
    </form>
  );
}
