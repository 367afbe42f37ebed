import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Review() {
  return (
    <Page title="Review">
      <Loading />
    </Page>
  );
}
