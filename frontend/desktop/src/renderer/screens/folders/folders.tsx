import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Folders() {
  return (
    <Page title="Folders">
      <Loading />
    </Page>
  );
}
