import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import type { ProjectOut } from "@shared/api/schema.ts";
import { unwrap } from "@shared/api/client.ts";
import { NotAllowed } from "@/components/allowed.tsx";
import { Answer } from "@/components/answer.tsx";
import { Members, type MemberSource } from "@/components/members.tsx";
import { Page } from "@/components/page.tsx";
import { Section } from "@/components/section.tsx";
import { Failure } from "@/components/states.tsx";
import { api } from "@/data/environment.ts";
import { membersKey, readMembers } from "@/data/members.ts";
import { may } from "@/data/permissions.ts";
import { projectQuery } from "@/data/projects.ts";
import { common } from "@/strings/common.ts";
import { projectSettings as words } from "@/strings/project-settings.ts";
import { PreviewSettings } from "./preview-settings.tsx";
import { PreviewUsage } from "./preview-usage.tsx";
import { RepositoryForm } from "./repository-form.tsx";

const route = getRouteApi("/shell/projects/$projectId/settings");

/** What a project is, who is in it, how its previews are built, what they take, and its end. */
export function ProjectSettings() {
  const { projectId } = route.useParams();
  const project = useQuery(projectQuery(projectId));
  return <Answer query={project}>{(data) => <Sections project={data} />}</Answer>;
}

function Sections({ project }: { project: ProjectOut }) {
  return (
    <Page title={words.title} about={project.name}>
      <Stack maw={900}>
        <NotAllowed role={project.role} permission="manage" />
        <RepositoryForm key={project.updated_at} project={project} />
        <Section title={words.members} about={words.membersAbout}>
          <Members source={projectMembers(project)} />
        </Section>
        <PreviewSettings project={project} />
        <PreviewUsage project={project} />
        <DeleteProject project={project} />
      </Stack>
    </Page>
  );
}

function projectMembers(project: ProjectOut): MemberSource {
  const path = { project_id: project.id };
  const member = (userId: string) => ({ path: { ...path, user_id: userId } });
  return {
    queryKey: membersKey(project.id),
    of: project.name,
    canManage: may(project.role, "manage"),
    read: () => readMembers(project.id),
    add: (email, role) => unwrap(api.POST("/api/v1/projects/{project_id}/members", { params: { path }, body: { email, role } })),
    change: (userId, role) =>
      unwrap(api.PATCH("/api/v1/projects/{project_id}/members/{user_id}", { params: member(userId), body: { role } })),
    remove: (userId) => unwrap(api.DELETE("/api/v1/projects/{project_id}/members/{user_id}", { params: member(userId) })),
  };
}

function DeleteProject({ project }: { project: ProjectOut }) {
  const [isAsking, setAsking] = useState(false);
  return (
    <Section title={words.delete} about={words.deleteAbout}>
      <NotAllowed role={project.role} permission="manage" />
      <Button color="red" variant="light" style={{ alignSelf: "flex-start" }} disabled={!may(project.role, "manage")} onClick={() => setAsking(true)}>
        {words.deleteButton}
      </Button>
      {isAsking && <DeleteDialog project={project} onClose={() => setAsking(false)} />}
    </Section>
  );
}

function DeleteDialog({ project, onClose }: { project: ProjectOut; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const client = useQueryClient();
  const navigate = useNavigate();
  const deleting = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/v1/projects/{project_id}", { params: { path: { project_id: project.id } } })),
    onSuccess: async () => {
      await navigate({ to: "/projects" });
      client.removeQueries({ queryKey: ["projects", project.id] });
      void client.invalidateQueries({ queryKey: ["projects"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (typed === project.name) deleting.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={words.deleteTitle(project.name)} closeButtonProps={{ "aria-label": common.close }}>
      <form onSubmit={submit}>
        <Stack>
          <Text size="sm">{words.deleteAbout}</Text>
          <TextInput
            label={words.deleteConfirm}
            description={project.name}
            required
            data-autofocus
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {deleting.isError && <Failure error={deleting.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {common.cancel}
            </Button>
            <Button type="submit" color="red" disabled={typed !== project.name} loading={deleting.isPending}>
              {words.deleteButton}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
