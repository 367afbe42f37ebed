import { queryOptions } from "@tanstack/react-query";
import { unwrap } from "@shared/api/client.ts";
import { api } from "./environment.ts";

export const teamsQuery = () =>
  queryOptions({
    queryKey: ["teams"],
    queryFn: () => unwrap(api.GET("/api/v1/teams", { params: { query: { limit: 200 } } })),
  });
