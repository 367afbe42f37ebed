import { Page } from "@/components/page.tsx";
import { Loading } from "@/components/states.tsx";

export function NotificationList() {
  return (
    <Page title="Notifications">
      <Loading />
    </Page>
  );
}
