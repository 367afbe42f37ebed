import { Button, Center, Loader, Stack, Text } from "@mantine/core";
import { useEffect, type ReactNode } from "react";
import { Failure } from "@/components/states.tsx";
import { session } from "@/data/environment.ts";
import { useSession } from "@/data/session.ts";
import { common } from "@/strings/common.ts";
import { signIn } from "@/strings/sign-in.ts";

const ASK_AGAIN_MS = 3_000;

/** In front of all screens until it is known who is there: no screen is loaded for somebody who may not see it. */
export function Threshold({ children }: { children: ReactNode }) {
  const { status, trouble } = useSession();
  useAskAgain(trouble !== null);
  if (status !== "starting") return children;
  return trouble === null ? <Starting /> : <CannotAsk error={trouble} />;
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
