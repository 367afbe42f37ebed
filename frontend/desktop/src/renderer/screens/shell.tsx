import { ActionIcon, AppShell, Burger, Group, Indicator, Menu, Modal, Stack, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBell, IconUserCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { unwrap } from "@shared/api/client.ts";
import { AppearanceChoice } from "@/components/appearance.tsx";
import { RouteLink } from "@/components/link.tsx";
import { api, session } from "@/data/environment.ts";
import { useLiveEvents, usePollInterval } from "@/data/live.ts";
import { useThemePreference } from "@/data/preferences.ts";
import { useSession } from "@/data/session.ts";
import logo from "@/logo.svg";
import { common, navigation } from "@/strings/common.ts";
import { signIn } from "@/strings/sign-in.ts";
import { Navigation } from "./navigation.tsx";
import { ServerBanner } from "./server-banner.tsx";
import { SignInForm } from "./sign-in.tsx";

/** Everything around a screen: who you are, where you are, where you can go, and whether the server is there. */
export function Shell() {
  const { status, user } = useSession();
  const [isOpen, menu] = useDisclosure(false);
  useLiveEvents(status === "signed_in");
  useThemePreference(status === "signed_in");
  // On the way to the sign-in page nothing may be asked any more.
  if (user === null) return null;
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: { sm: 104, md: 216 }, breakpoint: "sm", collapsed: { mobile: !isOpen } }}
      padding="md"
      transitionDuration={0}
    >
      <a href="#content" className="skip">
        {common.skipToContent}
      </a>
      <AppShell.Header bg="var(--hs-card)">
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={isOpen} onClick={menu.toggle} hiddenFrom="sm" size="sm" aria-label={navigation.openMenu} />
            <RouteLink to="/projects" underline="never" c="inherit">
              <Group gap="xs" wrap="nowrap">
                <img src={logo} alt="" width={30} height={30} />
                <Text fw={700}>{common.product}</Text>
              </Group>
            </RouteLink>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Bell />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className="rail" p="xs" bg="var(--hs-card)" aria-label={navigation.main}>
        <Navigation isAdmin={user.is_admin} onGo={menu.close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ServerBanner />
        <Outlet />
      </AppShell.Main>
      <Modal
        opened={status === "expired"}
        onClose={() => void session.logOut()}
        title={signIn.title}
        closeOnClickOutside={false}
        closeButtonProps={{ "aria-label": navigation.logOut }}
      >
        <Stack>
          <Text size="sm">{signIn.ended}</Text>
          <SignInForm email={user.email} />
        </Stack>
      </Modal>
    </AppShell>
  );
}

function Bell() {
  const interval = usePollInterval(true);
  const { data } = useQuery({
    queryKey: ["notifications", "unread"],
    queryFn: () => unwrap(api.GET("/api/v1/notifications", { params: { query: { unread: true, limit: 1 } } })),
    refetchInterval: interval,
  });
  const unread = data?.unread ?? 0;
  return (
    <RouteLink to="/notifications" aria-label={navigation.unread(unread)} c="inherit" display="flex">
      <Indicator disabled={unread === 0} label={unread > 99 ? "99+" : unread} size={16} offset={4}>
        <IconBell size={22} aria-hidden />
      </Indicator>
    </RouteLink>
  );
}

function Account() {
  const { user } = useSession();
  if (user === null) return null;
  return (
    <Menu position="bottom-end" width={260} closeOnItemClick>
      <Menu.Target>
        <UnstyledButton aria-label={navigation.account(user.display_name)}>
          <Group gap={6} wrap="nowrap">
            <ActionIcon component="span" variant="transparent" c="inherit" aria-hidden>
              <IconUserCircle size={24} />
            </ActionIcon>
            <Text size="sm" visibleFrom="sm" truncate maw={180}>
              {user.display_name}
            </Text>
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Item component={RouteLink} to="/settings">
          {navigation.settings}
        </Menu.Item>
        <Menu.Item component="a" href="/docs">
          {navigation.apiReference}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{navigation.theme}</Menu.Label>
        <AppearanceChoice size="xs" />
        <Menu.Divider />
        <Menu.Item onClick={() => void session.logOut()}>{navigation.logOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
