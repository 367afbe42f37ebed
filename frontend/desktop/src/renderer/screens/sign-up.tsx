import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { RouteLink } from "@/components/link.tsx";
import { Failure } from "@/components/states.tsx";
import { session } from "@/data/environment.ts";
import { signIn } from "@/strings/sign-in.ts";
import { FrontPage } from "./front-page.tsx";

const route = getRouteApi("/sign-up");

export function SignUp() {
  const search = route.useSearch();
  const [wanted, setWanted] = useState({ name: "", email: "", password: "" });
  const attempt = useMutation({ mutationFn: () => session.register(wanted.email, wanted.password, wanted.name) });
  const change = (field: keyof typeof wanted) => (event: FormEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    setWanted((before) => ({ ...before, [field]: value }));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <FrontPage title={signIn.upTitle}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput label={signIn.name} name="name" autoComplete="name" required autoFocus value={wanted.name} onChange={change("name")} />
          <TextInput
            label={signIn.email}
            type="email"
            name="email"
            autoComplete="username"
            required
            value={wanted.email}
            onChange={change("email")}
          />
          <PasswordInput
            label={signIn.password}
            description={signIn.passwordHint}
            name="password"
            autoComplete="new-password"
            required
            value={wanted.password}
            onChange={change("password")}
          />
          {attempt.isError && <Failure error={attempt.error} />}
          <Button type="submit" loading={attempt.isPending}>
            {signIn.upSubmit}
          </Button>
        </Stack>
      </form>
      <Text size="sm">
        {signIn.hasAccount}{" "}
        <RouteLink to="/sign-in" search={search} underline="always">
          {signIn.toSignIn}
        </RouteLink>
      </Text>
    </FrontPage>
  );
}
