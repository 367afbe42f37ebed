import { Button, Collapse, Group, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { Answer } from "@/components/answer.tsx";
import { RouteLink } from "@/components/link.tsx";
import { jobs as words } from "@/strings/admin-jobs.ts";
import { causesQuery } from "./data.ts";
import { useRefresh } from "./parts/refresh.tsx";

/** Why jobs wait and fail, counted: opened where one wants to know. */
export function Causes() {
  const [isOpen, open] = useDisclosure(false);
  const id = useId();
  const every = useRefresh();
  const query = useQuery({ ...causesQuery(), refetchInterval: every, enabled: isOpen });
  return (
    <>
      <Group mb="sm">
        <Button size="xs" variant="light" onClick={open.toggle} aria-expanded={isOpen} aria-controls={id}>
          {words.causes}
        </Button>
      </Group>
      <Collapse expanded={isOpen} id={id} transitionDuration={0}>
        <Answer query={query}>
          {({ causes }) =>
            causes.length === 0 ? (
              <Text size="sm" mb="md">
                {words.causesNone}
              </Text>
            ) : (
              <Table fz="sm" verticalSpacing={4} mb="md" captionSide="top">
                <Table.Caption>{words.causesText}</Table.Caption>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th scope="col">{words.cause}</Table.Th>
                    <Table.Th scope="col" ta="right">
                      {words.causeJobs}
                    </Table.Th>
                    <Table.Th scope="col">{words.causeMeans}</Table.Th>
                    <Table.Th scope="col">{words.causeNext}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {causes.map((each) => (
                    <Table.Tr key={each.cause}>
                      <Table.Td>
                        <RouteLink to="/admin/jobs" search={{ cause: each.cause }} size="sm">
                          {each.cause.replaceAll("_", " ")}
                        </RouteLink>
                      </Table.Td>
                      <Table.Td ta="right">{each.jobs}</Table.Td>
                      <Table.Td>{each.meaning}</Table.Td>
                      <Table.Td>{each.next_step}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            )
          }
        </Answer>
      </Collapse>
    </>
  );
}
