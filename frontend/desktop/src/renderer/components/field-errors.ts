import { useEffect, useRef, type RefObject } from "react";
import type { ApiError } from "@shared/api/errors.ts";
import { fieldErrors, type FieldErrors } from "@shared/api/fields.ts";

interface Placed {
  form: RefObject<HTMLFormElement | null>;
  at: FieldErrors;
  /** The error, where no field is at fault: it is shown beside the form. */
  rest: Error | null;
}

/** Show what the server refused at the field it is about, and lead there whoever sent the form. */
export function useFieldErrors(error: Error | null, fields: readonly string[], whole?: (error: ApiError) => string | null): Placed {
  const form = useRef<HTMLFormElement>(null);
  const at = fieldErrors(error, fields, whole);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  }, [error]);
  return { form, at, rest: Object.keys(at).length === 0 ? error : null };
}
