import type { AdmittedCall, Answer, OperatorRoute } from "../http/route.ts";
import { refuse, type Outcome } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import type { Caller } from "./principal.ts";
import { checkRole } from "./right.ts";
import { describeLimits } from "./token-limits.ts";

/** Asks a route of the operator API as it would be asked over HTTP: with its right, its checks and its audit. */
export async function ask(
  context: ServerContext,
  { caller }: { readonly caller: Caller },
  route: OperatorRoute,
  call: Partial<Omit<AdmittedCall, "caller" | "path">>,
): Promise<Outcome<Answer>> {
  const { principal } = caller;
  if (principal.type === "key") return refuse("FORBIDDEN", "a provider's key does not open the console");
  const { limits } = principal;
  const allowed =
    limits !== null && route.keepsLimits !== true
      ? refuse("FORBIDDEN", `this session is limited to ${describeLimits(limits)}, and this is about more`)
      : checkRole(principal.role, route.right);
  if (!allowed.ok) {
    const { ip, requestId } = caller;
    await context.denials.record({
      ip,
      requestId,
      principal,
      route: `${route.method} ${route.path}`,
      reason: "forbidden",
      provider: null,
    });
    return allowed;
  }
  return route.handle(context, {
    caller,
    path: route.path,
    params: {},
    query: {},
    body: undefined,
    ifMatch: undefined,
    idempotencyKey: undefined,
    sealTo: undefined,
    ownKey: undefined,
    ...call,
  });
}
