import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Files() {
  return (
    <Page title="Files">
      <Loading />
    </Page>
  );
}
