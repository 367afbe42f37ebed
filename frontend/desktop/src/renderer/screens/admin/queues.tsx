import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Queues() {
  return (
    <Page title="Queues">
      <Loading />
    </Page>
  );
}
