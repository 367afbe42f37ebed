import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function RefactorJob() {
  return (
    <Page title="Rename">
      <Loading />
    </Page>
  );
}
