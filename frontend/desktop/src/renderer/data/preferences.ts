import { useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

const SCHEMES: readonly MantineColorScheme[] = ["auto", "light", "dark"];

const preferencesQuery = () =>
  queryOptions({ queryKey: ["preferences"], queryFn: () => unwrap(api.GET("/api/v1/users/me/preferences")), staleTime: 60_000 });

/** The appearance that somebody chose; null where he chose none. */
function themeOf(preferences: Readonly<Record<string, unknown>> | undefined): MantineColorScheme | null {
  return SCHEMES.find((scheme) => scheme === preferences?.["theme"]) ?? null;
}

/** Look the way this person chose, wherever he signs in. */
export function useThemePreference(isLoggedIn: boolean): void {
  const { setColorScheme } = useMantineColorScheme();
  const theme = themeOf(useQuery({ ...preferencesQuery(), enabled: isLoggedIn }).data);
  useEffect(() => {
    if (theme !== null) setColorScheme(theme);
  }, [setColorScheme, theme]);
}

/** How the page looks, and another choice, kept with the account. */
export function useAppearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const saving = useChangePreference();
  const choose = (theme: MantineColorScheme) => {
    setColorScheme(theme);
    saving.mutate({ theme });
  };
  return { scheme: colorScheme, choose, error: saving.error };
}

/** Change one preference; what else is kept there, by this client or another, stays. */
function useChangePreference() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: Readonly<Record<string, unknown>>) => {
      const before = await unwrap(api.GET("/api/v1/users/me/preferences"));
      return unwrap(api.PUT("/api/v1/users/me/preferences", { body: { ...before, ...change } }));
    },
    onSuccess: (now) => client.setQueryData(preferencesQuery().queryKey, now),
  });
}
