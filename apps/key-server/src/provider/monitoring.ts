import { usageQuerySchema, type Dialect, type DialectMonitoring } from "@keywarden/management";
import type { z } from "zod";
import { readCursor, writeCursor } from "../http/cursor.ts";
import { noBodySchema, parse, parsed } from "../http/parse.ts";
import type { Answer, AdmittedCall } from "../http/route.ts";
import { createAlert, deleteAlert, listAlerts } from "../monitoring/manage-alerts.ts";
import { viewSecurityEvent } from "../monitoring/view-security-event.ts";
import { findVisibleKey } from "../keys/find-visible-key.ts";
import { done, refuse, type Outcome } from "../refusal.ts";
import { restrictionsOf } from "../restrictions/restrictions-of.ts";
import type { Right } from "../auth/right.ts";
import type { MountedProvider, ServerContext } from "../server-context.ts";
import { requireKnownTenant } from "../usage/require-known-tenant.ts";
import { showUsage } from "../usage/show-usage.ts";
import { listQuerySchema } from "./list.ts";

type MonitoringName = keyof DialectMonitoring;

interface MonitoringHandler {
  readonly right: Right;
  readonly query?: z.ZodType;
  /** Whether it is about one key, which the limits of a token are asked about. */
  readonly keepsLimits?: boolean;
  handle(context: ServerContext, provider: MountedProvider, call: AdmittedCall): Promise<Outcome<Answer>>;
}

/** What a dialect's monitoring routes do, in the words of whatever dialect has them. */
const monitoringHandlers: Readonly<Record<MonitoringName, MonitoringHandler>> = {
  keyUsage: {
    right: "list",
    keepsLimits: true,
    query: usageQuerySchema,
    handle: async (context, { profile, dialect }, { caller, params, query }) => {
      const route = routeOf(dialect, "keyUsage");
      const time = parse(usageQuerySchema, query);
      if (!time.ok) return time;
      const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", profile.id);
      if (!key.ok) return key;
      const report = await showUsage(context, { keyId: key.value.id }, time.value);
      return report.ok ? done({ status: route.status, body: route.response.write(report.value) }) : report;
    },
  },
  tenantUsage: {
    right: "list",
    query: usageQuerySchema,
    handle: async (context, { profile, dialect }, { caller: { principal }, params, query }) => {
      const route = routeOf(dialect, "tenantUsage");
      const time = parse(usageQuerySchema, query);
      if (!time.ok) return time;
      const tenant = params["tenantId"] ?? "";
      if (principal.type === "key") {
        const own = restrictionsOf(principal.key).tenant;
        if (own !== undefined && own !== tenant)
          return refuse(
            "FORBIDDEN",
            "this key belongs to another tenant; use a key of the tenant that you ask for",
          );
      }
      const environment = principal.type === "key" ? principal.key.environment : undefined;
      const scope = { provider: profile.id, tenant, environment };
      const known = await requireKnownTenant(context, {
        provider: profile.id,
        tenant,
        ...(environment !== undefined && { environment }),
      });
      if (!known.ok) return known;
      const report = await showUsage(context, scope, time.value);
      return report.ok ? done({ status: route.status, body: route.response.write(report.value) }) : report;
    },
  },
  securityEvents: {
    right: "audit",
    query: listQuerySchema,
    handle: async (context, { profile, dialect }, { caller: { principal }, path, query }) => {
      const route = routeOf(dialect, "securityEvents");
      const asked = parse(listQuerySchema, query);
      if (!asked.ok) return asked;
      const { limit, cursor } = asked.value;
      const before = cursor === undefined ? null : readCursor(cursor);
      if (before !== null && !before.ok) return before;
      await context.measuring.freshen();
      const page = await context.storage.securityEvents.list({
        limit,
        before: before === null ? null : { firstAtMs: before.value.createdAtMs, id: before.value.id },
        provider: profile.id,
        environment: principal.type === "key" ? principal.key.environment : undefined,
      });
      const next =
        page.next === null
          ? null
          : new URLSearchParams({
              limit: `${limit}`,
              cursor: writeCursor({ createdAtMs: page.next.firstAtMs, id: page.next.id }),
            });
      return done({
        status: route.status,
        body: route.response.write(page.events.map(viewSecurityEvent)),
        ...(next !== null && { headers: { link: `<${path}?${next.toString()}>; rel="next"` } }),
      });
    },
  },
  createAlert: {
    right: "alerts",
    keepsLimits: true,
    handle: async (context, { profile, dialect }, { caller, params, body }) => {
      const route = routeOf(dialect, "createAlert");
      const input = parsed(route.request.read(body));
      if (!input.ok) return input;
      const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", profile.id);
      if (!key.ok) return key;
      const alert = await createAlert(context, caller, key.value, input.value);
      return alert.ok ? done({ status: route.status, body: route.response.write(alert.value) }) : alert;
    },
  },
  listAlerts: {
    right: "list",
    keepsLimits: true,
    handle: async (context, { profile, dialect }, { caller, params }) => {
      const route = routeOf(dialect, "listAlerts");
      const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", profile.id);
      if (!key.ok) return key;
      return done({ status: route.status, body: route.response.write(await listAlerts(context, key.value)) });
    },
  },
  deleteAlert: {
    right: "alerts",
    keepsLimits: true,
    handle: async (context, { profile, dialect }, { caller, params, body }) => {
      const route = routeOf(dialect, "deleteAlert");
      const empty = parse(noBodySchema, body);
      if (!empty.ok) return empty;
      const key = await findVisibleKey(context, caller.principal, params["id"] ?? "", profile.id);
      if (!key.ok) return key;
      const deleted = await deleteAlert(context, caller, key.value, params["alertId"] ?? "");
      return deleted.ok ? done({ status: route.status, body: route.response.write(deleted.value) }) : deleted;
    },
  },
};

/** The monitoring routes that a dialect has. */
export function monitoringRoutes({ monitoring = {} }: Dialect) {
  return (Object.keys(monitoring) as MonitoringName[]).flatMap((name) => {
    const route = monitoring[name];
    return route === undefined ? [] : [{ name, route, ...monitoringHandlers[name] }];
  });
}

function routeOf<Name extends MonitoringName>(
  { id, monitoring = {} }: Dialect,
  name: Name,
): NonNullable<DialectMonitoring[Name]> {
  const route = monitoring[name];
  if (route === undefined) throw new TypeError(`the dialect ${id} has no route ${name}`);
  return route;
}
