import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState, type FormEvent } from "react";
import { RouteLink } from "@/components/link.tsx";
import { Failure } from "@/components/states.tsx";
import { session } from "@/data/environment.ts";
import { signIn } from "@/strings/sign-in.ts";
import { FrontPage } from "./front-page.tsx";

const route = getRouteApi("/sign-in");

export function SignIn() {
  const search = route.useSearch();
  return (
    <FrontPage title={signIn.title}>
      <SignInForm />
      <Text size="sm">
        {signIn.noAccount}{" "}
        <RouteLink to="/sign-up" search={search} underline="always">
          {signIn.toSignUp}
        </RouteLink>
      </Text>
      <Text size="sm" c="dimmed">
        {signIn.firstHint}
      </Text>
    </FrontPage>
  );
}

/** E-mail and password; also in the window that comes up when a session has ended. */
export function SignInForm({ email: known = "" }: { email?: string }) {
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState("");
  const attempt = useMutation({ mutationFn: () => session.logIn(email, password) });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={signIn.email}
          type="email"
          name="email"
          autoComplete="username"
          required
          autoFocus={known === ""}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label={signIn.password}
          name="password"
          autoComplete="current-password"
          required
          autoFocus={known !== ""}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {attempt.isError && <Failure error={attempt.error} />}
        <Button type="submit" loading={attempt.isPending}>
          {signIn.submit}
        </Button>
      </Stack>
    </form>
  );
}
