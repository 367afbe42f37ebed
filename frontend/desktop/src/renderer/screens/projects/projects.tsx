import { Card, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { Page } from "@/components/page.tsx";
import { Empty } from "@/components/states.tsx";
import { projectsQuery } from "@/data/projects.ts";
import { navigation } from "@/strings/common.ts";

export function Projects() {
  const projects = useQuery(projectsQuery());
  return (
    <Page title={navigation.projects}>
      <Answer query={projects}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="No project yet" />
          ) : (
            <Stack>
              {items.map((project) => (
                <Card key={project.id} withBorder>
                  <RouteLink to="/projects/$projectId" params={{ projectId: project.id }}>
                    {project.name}
                  </RouteLink>
                  <Text c="dimmed">{project.repo_url}</Text>
                </Card>
              ))}
            </Stack>
          )
        }
      </Answer>
    </Page>
  );
}
