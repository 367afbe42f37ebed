import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect } from "react";
import { forgetAnswers, session } from "@/data/environment.ts";
import { makeQueryClient } from "@/data/queries.ts";
import { makeRouter } from "@/router.tsx";
import { cssVariables, theme } from "@/theme.ts";

const queryClient = makeQueryClient();
const router = makeRouter();

// Styles made at run time carry the value that the page's policy names.
const nonce = document.querySelector<HTMLMetaElement>("meta[property=csp-nonce]")?.nonce ?? "";
// Where the library that keeps the page behind a window from scrolling looks for it.
Object.assign(globalThis, { __webpack_nonce__: nonce });

export function App() {
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
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" cssVariablesResolver={cssVariables} getStyleNonce={() => nonce}>
      <QueryClientProvider client={queryClient}>
        <Notifications position="bottom-right" autoClose={6_000} />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
