import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { teamsQuery } from "@/data/teams.ts";
import { connect as words } from "@/strings/projects.ts";

interface TeamChoiceProps {
  /** The team that the project has now: it stays to be chosen, whatever one may do in it. */
  current?: string | null;
  /** What stands there while no team is chosen. */
  none: string;
  value: string | null;
  isDisabled?: boolean;
  onChange: (id: string | null) => void;
}

/** A team whose projects one may add to. */
export function TeamChoice({ current = null, none, value, isDisabled = false, onChange }: TeamChoiceProps) {
  const { data } = useQuery(teamsQuery());
  const teams = data?.items.filter(({ id, role }) => id === current || role === "owner" || role === "maintainer") ?? [];
  return (
    <Select
      label={words.team}
      placeholder={none}
      clearable
      disabled={isDisabled || (teams.length === 0 && value === null)}
      data={teams.map(({ id, name }) => ({ value: id, label: name }))}
      value={value}
      onChange={onChange}
    />
  );
}
