import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Rename() {
  return (
    <Page title="Rename">
      <Loading />
    </Page>
  );
}
