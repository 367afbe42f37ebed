import { Button, Collapse, Group, NativeSelect, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useId, useState } from "react";
import { admin } from "@/strings/admin.ts";
import { changed, fromLocal, toLocal, type Words } from "./search.ts";

export interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly kind: "choice" | "yes_no" | "text" | "number" | "moment";
  readonly options?: readonly (string | { readonly value: string; readonly label: string })[];
  readonly placeholder?: string;
  readonly width?: number;
  /** Shown only when asked for, or when it is set. */
  readonly isRare?: boolean;
  readonly max?: number;
  readonly step?: number;
}

interface FiltersProps {
  fields: readonly FilterField[];
  values: Words;
  onChange: (values: Record<string, string>) => void;
}

/** The filters of a list. They live in the address, so that what is looked at can be shared. */
export function Filters({ fields, values, onChange }: FiltersProps) {
  const rare = fields.filter((field) => field.isRare === true);
  const rareSet = rare.filter((field) => values[field.name] !== undefined).length;
  const [isOpen, more] = useDisclosure(rareSet > 0);
  const moreId = useId();
  const isSet = fields.some((field) => values[field.name] !== undefined);
  const one = (field: FilterField) => (
    <FilterControl
      key={field.name}
      field={field}
      value={values[field.name]}
      onChange={(value) => onChange(changed(values, { [field.name]: value }))}
    />
  );
  const cleared = Object.fromEntries(fields.map((field) => [field.name, ""]));
  return (
    <search>
      <Group gap="xs" align="flex-end" mb="sm">
        {fields.filter((field) => field.isRare !== true).map(one)}
        {rare.length > 0 && (
          <Button variant="default" size="xs" h={30} onClick={more.toggle} aria-expanded={isOpen} aria-controls={moreId}>
            {isOpen ? admin.fewerFilters : admin.moreFilters(rareSet)}
          </Button>
        )}
        <Button variant="subtle" size="xs" h={30} disabled={!isSet} onClick={() => onChange(changed(values, cleared))}>
          {admin.clear}
        </Button>
      </Group>
      <Collapse expanded={isOpen} id={moreId} transitionDuration={0}>
        <Group gap="xs" align="flex-end" mb="sm">
          {rare.map(one)}
        </Group>
      </Collapse>
    </search>
  );
}

interface ControlProps {
  field: FilterField;
  value: string | undefined;
  onChange: (value: string) => void;
}

function FilterControl({ field, value, onChange }: ControlProps) {
  const width = field.width ?? 150;
  if (field.kind === "choice" || field.kind === "yes_no") {
    const options = field.kind === "yes_no" ? YES_NO : (field.options ?? []);
    const known = options.map((option) => (typeof option === "string" ? { value: option, label: option } : option));
    // A word of the address that is not in the list is shown, not hidden: it does narrow the list.
    const extra = value !== undefined && !known.some((option) => option.value === value) ? [{ value, label: value }] : [];
    return (
      <NativeSelect
        size="xs"
        w={width}
        label={field.label}
        value={value ?? ""}
        onChange={(event) => onChange(event.currentTarget.value)}
        data={[{ value: "", label: admin.any }, ...known, ...extra]}
      />
    );
  }
  return <TypedControl field={field} value={value} onChange={onChange} width={width} />;
}

const YES_NO = [
  { value: "true", label: admin.yes },
  { value: "false", label: admin.no },
];

/** What is typed counts on Enter and on leaving the field, not with every key: each search counts many rows. */
function TypedControl({ field, value, onChange, width }: ControlProps & { width: number }) {
  const isMoment = field.kind === "moment";
  const shown = isMoment ? toLocal(value) : (value ?? "");
  const [typed, setTyped] = useState({ over: shown, text: shown });
  // The address has changed: it says what is asked, whatever was typed before.
  if (typed.over !== shown) setTyped({ over: shown, text: shown });
  const commit = () => {
    if (typed.text !== shown) onChange(isMoment ? fromLocal(typed.text) : typed.text.trim());
  };
  const types = { moment: "datetime-local", number: "number", text: "text", choice: "text", yes_no: "text" } as const;
  return (
    <TextInput
      size="xs"
      w={isMoment ? 190 : width}
      label={field.label}
      type={types[field.kind]}
      value={typed.text}
      placeholder={field.placeholder}
      min={field.kind === "number" ? 0 : undefined}
      max={field.max}
      step={field.step}
      maxLength={120}
      spellCheck={false}
      onChange={(event) => setTyped({ over: shown, text: event.currentTarget.value })}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === "Enter") commit();
      }}
    />
  );
}
