import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { Failure } from "@/components/states.tsx";
import { session } from "@/data/environment.ts";
import { useSession } from "@/data/session.ts";
import { signIn } from "@/strings/sign-in.ts";
import { common } from "@/strings/common.ts";

const OPEN_TO_ALL = new Set(["/sign-in", "/sign-up"]);
const ASK_AGAIN_MS = 3_000;

/** Lets in who is logged in, sends others to sign in, and waits while nobody knows. */
export function Gate() {
  const { status, trouble } = useSession();
  const location = useLocation();
  const isOpen = OPEN_TO_ALL.has(location.pathname);
  useAskAgain(trouble !== null);
  if (status === "starting") return trouble === null ? <Starting /> : <CannotAsk error={trouble} />;
  if (status === "signed_out" && !isOpen) return <Navigate to="/sign-in" search={{ next: location.href }} replace />;
  if (status === "signed_in" && isOpen) return <Navigate to={nextOf(location.search)} replace />;
  return <Outlet />;
}

/** Where to go after signing in: an address of ours, never of anybody else's. */
export function nextOf(search: { next?: string }): string {
  const next = search.next ?? "";
  const isOurs = next.startsWith("/") && !next.startsWith("//") && !next.includes("\\");
  return isOurs && !OPEN_TO_ALL.has(next.split("?")[0] ?? "") ? next : "/projects";
}

function useAskAgain(isNeeded: boolean): void {
  useEffect(() => {
    if (!isNeeded) return undefined;
    const timer = setInterval(() => void session.start(), ASK_AGAIN_MS);
    return () => clearInterval(timer);
  }, [isNeeded]);
}

function Starting() {
  return (
    <Center mih="100vh">
      <Stack align="center" role="status">
        <Loader aria-hidden />
        <Text>{signIn.starting}</Text>
      </Stack>
    </Center>
  );
}

function CannotAsk({ error }: { error: Error }) {
  return (
    <Center mih="100vh" p="md">
      <Stack maw={520}>
        <Failure title={signIn.cannotAsk} error={error} />
        <Button variant="default" onClick={() => void session.start()}>
          {common.tryAgain}
        </Button>
      </Stack>
    </Center>
  );
}
