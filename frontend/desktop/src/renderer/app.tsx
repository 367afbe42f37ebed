import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { toastsWanted } from "@/components/toast.ts";
import { joinDesktop } from "@/data/desktop.ts";
import { forgetAnswers, session } from "@/data/environment.ts";
import { makeQueryClient } from "@/data/queries.ts";
import { nonce } from "@/nonce.ts";
import { makeRouter } from "@/router.tsx";
import { Threshold } from "@/screens/threshold.tsx";
import { cssVariables, theme } from "@/theme.ts";

const queryClient = makeQueryClient();
const router = makeRouter();
const Toasts = lazy(() => import("@/components/toasts.tsx").then((module) => ({ default: module.Toasts })));

// Where the library that keeps the page behind a window from scrolling looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

export function App() {
  const hasToasts = useSyncExternalStore(toastsWanted.subscribe, toastsWanted.read);
  useEffect(() => {
    void session.start();
    let known = session.read().user?.id;
    return session.subscribe(() => {
      const { status, user } = session.read();
      if (status === "signed_in" && known === user?.id) return;
      if (status === "signed_out" || (status === "signed_in" && known !== undefined)) {
        queryClient.clear();
        forgetAnswers();
      }
      known = status === "signed_out" ? undefined : user?.id;
    });
  }, []);
  useEffect(() => joinDesktop({ bridge: window.hivesync, session, open: (href) => void router.navigate({ href }) }), []);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables} getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        {hasToasts && (
          <Suspense>
            <Toasts />
          </Suspense>
        )}
        <Threshold>
          <RouterProvider router={router} />
        </Threshold>
      </QueryClientProvider>
    </MantineProvider>
  );
}
