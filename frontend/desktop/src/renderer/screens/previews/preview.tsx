import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Preview() {
  return (
    <Page title="Preview">
      <Loading />
    </Page>
  );
}
