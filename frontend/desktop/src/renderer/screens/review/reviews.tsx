import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function Reviews() {
  return (
    <Page title="Reviews">
      <Loading />
    </Page>
  );
}
