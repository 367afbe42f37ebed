export const notifications = {
  title: "Notifications",
  unread: (count: number) => (count === 0 ? "Everything is read." : `${count} unread`),
  onlyUnread: "Only unread",
  readAll: "Mark all as read",
  readOne: "Mark as read",
  readOneOf: (title: string) => `Mark as read: ${title}`,
  isUnread: "Unread",
  emptyTitle: "Nothing yet",
  emptyText: "You are told here when a review waits for you, an answer is ready, or something you asked for failed.",
  emptyUnread: "Nothing unread",
  showAll: "Show all",
  list: "Notifications, the newest first",
} as const;
