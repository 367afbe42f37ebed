import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Settings() {
  return (
    <Page title="Settings">
      <Loading />
    </Page>
  );
}
