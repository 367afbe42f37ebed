import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Crash, NotFound } from "@/components/crash.tsx";
import { Loading } from "@/components/states.tsx";
import { Gate, requireSignedIn } from "@/screens/gate.tsx";
import { SignIn } from "@/screens/sign-in.tsx";
import { SignUp } from "@/screens/sign-up.tsx";
import { Shell } from "@/screens/shell.tsx";

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound });

/** Search words that a screen understands; all others fall away. */
function words<const Name extends string>(...names: readonly Name[]) {
  return (given: Record<string, unknown>): Partial<Record<Name, string>> => {
    const kept: Partial<Record<Name, string>> = {};
    for (const name of names) {
      const value = given[name];
      if (typeof value === "string" || typeof value === "number") kept[name] = String(value);
    }
    return kept;
  };
}

const index = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/projects" });
  },
});
const signIn = createRoute({ getParentRoute: () => root, path: "/sign-in", component: SignIn, validateSearch: words("next") });
const signUp = createRoute({ getParentRoute: () => root, path: "/sign-up", component: SignUp, validateSearch: words("next") });

const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell, beforeLoad: requireSignedIn });

const projects = createRoute({
  getParentRoute: () => shell,
  path: "/projects",
  validateSearch: words("connect"),
  component: lazyRouteComponent(() => import("@/screens/projects/projects.tsx"), "Projects"),
});
const jobs = createRoute({
  getParentRoute: () => shell,
  path: "/jobs",
  validateSearch: words("kind", "status", "project"),
  component: lazyRouteComponent(() => import("@/screens/jobs/jobs.tsx"), "Jobs"),
});
const notifications = createRoute({
  getParentRoute: () => shell,
  path: "/notifications",
  validateSearch: words("unread"),
  component: lazyRouteComponent(() => import("@/screens/notifications/notifications.tsx"), "NotificationList"),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/screens/settings/settings.tsx"), "Settings"),
});
const folders = createRoute({
  getParentRoute: () => shell,
  path: "/folders",
  validateSearch: words("folder", "proposal"),
  component: lazyRouteComponent(() => import("@/screens/folders/folders.tsx"), "Folders"),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: "/projects/$projectId",
  component: lazyRouteComponent(() => import("@/screens/project/layout.tsx"), "ProjectLayout"),
});
const overview = createRoute({
  getParentRoute: () => project,
  path: "/",
  component: lazyRouteComponent(() => import("@/screens/project/overview.tsx"), "Overview"),
});
const files = createRoute({
  getParentRoute: () => project,
  path: "/files",
  validateSearch: words("path", "ref", "line", "end"),
  component: lazyRouteComponent(() => import("@/screens/files/files.tsx"), "Files"),
});
const aiJobs = createRoute({
  getParentRoute: () => project,
  path: "/ai",
  validateSearch: words("ask", "path", "line", "end", "ref"),
  component: lazyRouteComponent(() => import("@/screens/ai/jobs.tsx"), "AiJobs"),
});
const aiJob = createRoute({
  getParentRoute: () => project,
  path: "/ai/$jobId",
  component: lazyRouteComponent(() => import("@/screens/ai/result.tsx"), "AiResult"),
});
const reviews = createRoute({
  getParentRoute: () => project,
  path: "/reviews",
  validateSearch: words("status"),
  component: lazyRouteComponent(() => import("@/screens/review/reviews.tsx"), "Reviews"),
});
const review = createRoute({
  getParentRoute: () => project,
  path: "/reviews/$proposalId",
  validateSearch: words("view", "tier", "hunk"),
  component: lazyRouteComponent(() => import("@/screens/review/review.tsx"), "Review"),
});
const refactor = createRoute({
  getParentRoute: () => project,
  path: "/rename",
  validateSearch: words("path", "line", "column", "name", "ref", "query"),
  component: lazyRouteComponent(() => import("@/screens/refactor/rename.tsx"), "Rename"),
});
const refactorJob = createRoute({
  getParentRoute: () => project,
  path: "/rename/$jobId",
  component: lazyRouteComponent(() => import("@/screens/refactor/job.tsx"), "RefactorJob"),
});
const previews = createRoute({
  getParentRoute: () => project,
  path: "/previews",
  validateSearch: words("start", "left", "right"),
  component: lazyRouteComponent(() => import("@/screens/previews/previews.tsx"), "Previews"),
});
const preview = createRoute({
  getParentRoute: () => project,
  path: "/previews/$jobId",
  component: lazyRouteComponent(() => import("@/screens/previews/preview.tsx"), "Preview"),
});
const activity = createRoute({
  getParentRoute: () => project,
  path: "/activity",
  validateSearch: words("action"),
  component: lazyRouteComponent(() => import("@/screens/activity/activity.tsx"), "ProjectActivity"),
});
const projectSettings = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/screens/project/settings.tsx"), "ProjectSettings"),
});

const admin = createRoute({
  getParentRoute: () => shell,
  path: "/admin",
  component: lazyRouteComponent(() => import("@/screens/admin/layout.tsx"), "AdminLayout"),
});
const JOB_FILTERS = [
  "queue", "kind", "status", "worker_type", "worker_id", "project_id", "user_id", "exhausted", "min_attempts", "error_code",
  "correlation_id", "created_from", "created_to", "finished_from", "finished_to", "stuck", "min_failure_rate", "cause",
] as const;
const adminScreens = [
  createRoute({
    getParentRoute: () => admin,
    path: "/",
    component: lazyRouteComponent(() => import("@/screens/admin/overview.tsx"), "AdminOverview"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/workers",
    validateSearch: words("type", "queue", "status", "min_failure_rate"),
    component: lazyRouteComponent(() => import("@/screens/admin/workers.tsx"), "Workers"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/queues",
    component: lazyRouteComponent(() => import("@/screens/admin/queues.tsx"), "Queues"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/jobs",
    validateSearch: words(...JOB_FILTERS),
    component: lazyRouteComponent(() => import("@/screens/admin/jobs.tsx"), "AdminJobs"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/jobs/$jobId",
    component: lazyRouteComponent(() => import("@/screens/admin/job.tsx"), "AdminJob"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/throughput",
    validateSearch: words("range", "queue", "kind"),
    component: lazyRouteComponent(() => import("@/screens/admin/throughput.tsx"), "Throughput"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/autoscaler",
    validateSearch: words("queue", "range"),
    component: lazyRouteComponent(() => import("@/screens/admin/autoscaler.tsx"), "Autoscaler"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/schedules",
    validateSearch: words("task", "job_id"),
    component: lazyRouteComponent(() => import("@/screens/admin/schedules.tsx"), "Schedules"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/warrants/$warrantId",
    component: lazyRouteComponent(() => import("@/screens/admin/warrant.tsx"), "Warrant"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/activity",
    validateSearch: words("action", "actor_id", "subject", "subject_id", "project_id", "job_id", "from", "to"),
    component: lazyRouteComponent(() => import("@/screens/admin/activity.tsx"), "AdminActivity"),
  }),
  createRoute({
    getParentRoute: () => admin,
    path: "/settings",
    component: lazyRouteComponent(() => import("@/screens/admin/settings.tsx"), "EffectiveSettings"),
  }),
];

const tree = root.addChildren([
  index,
  signIn,
  signUp,
  shell.addChildren([
    projects,
    jobs,
    notifications,
    settings,
    folders,
    project.addChildren([
      overview, files, aiJobs, aiJob, reviews, review, refactor, refactorJob, previews, preview, activity, projectSettings,
    ]),
    admin.addChildren(adminScreens),
  ]),
]);

/** Addresses hold words, as people write them: `exhausted=true` is the word, and stays it when it is written again. */
function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null) params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}

export function makeRouter() {
  return createRouter({
    routeTree: tree,
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    defaultPendingComponent: () => <Loading lines={8} />,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
