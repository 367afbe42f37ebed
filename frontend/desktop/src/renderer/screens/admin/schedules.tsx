import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Schedules() {
  return (
    <Page title="Schedules">
      <Loading />
    </Page>
  );
}
