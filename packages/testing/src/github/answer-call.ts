import type { Breach } from "./contract/breach.ts";
import { checkAnswer, checkRequest } from "./contract/contract.ts";
import { faultAnswer, secondaryLimit, takeFault } from "./faults.ts";
import { isSuspended, suspended } from "./access/suspension.ts";
import { spendCreation } from "./access/secondary-limits.ts";
import { findMoved } from "./repositories.ts";
import { principalOfHeader } from "./access/principal.ts";
import type { EmulatedPrincipal } from "./access/principal.ts";
import { rateHeaders, spendRequest } from "./access/rate-limit.ts";
import { refusal } from "./routes/route.ts";
import type { EmulatedAnswer, Route } from "./routes/route.ts";
import type { EmulatorState } from "./state.ts";

export interface IncomingCall {
  readonly authorization: string | undefined;
  readonly userAgent: string | undefined;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  /** As received; empty when there was none. */
  readonly bodyText: string;
}

/**
 * Answers one REST request: faults first, then who asks, then GitHub's description, then the route. What breaks
 * the description, in either direction, is added to the violations. Null means: hang up.
 */
export async function answerCall(
  state: EmulatorState,
  route: Route,
  incoming: IncomingCall,
): Promise<EmulatedAnswer | null> {
  const name = `${route.method} ${route.path}`;
  const fault = takeFault(state, name);
  if (fault?.status === 0) return null;
  const principal = await principalOfHeader(incoming.authorization, state);
  const rate = spendRequest(state, principal);
  const answer =
    fault === null
      ? rate.used > rate.limit
        ? refusal(403, "API rate limit exceeded.")
        : await answerHonestly(state, route, incoming, principal)
      : faultAnswer(fault);
  // A server that fails keeps to no description.
  if (answer.status < 500) {
    record(state, name, checkAnswer(route.method, route.path, answer.status, answer.body));
  }
  return { ...answer, headers: { ...rateHeaders(rate), ...answer.headers } };
}

async function answerHonestly(
  state: EmulatorState,
  route: Route,
  incoming: IncomingCall,
  principal: EmulatedPrincipal,
): Promise<EmulatedAnswer> {
  const name = `${route.method} ${route.path}`;
  if (incoming.userAgent === undefined) {
    state.violations.push(`${name}: request has no User-Agent`);
    return refusal(
      403,
      "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
    );
  }
  const barred = bar(state, route, principal);
  if (barred !== null) return barred;
  const elsewhere = sendOn(state, route, incoming.params);
  if (elsewhere !== null) return elsewhere;
  const body = parseJson(incoming.bodyText);
  if (body === invalidJson) {
    state.violations.push(`${name}: request body is not JSON`);
    return refusal(400, "Problems parsing JSON");
  }
  const { method, path } = route;
  const { params, query } = incoming;
  const breaches = checkRequest({ method, path, params, query, body });
  record(state, name, breaches);
  if (breaches.some(({ part }) => part.startsWith("path "))) return refusal(404, "Not Found");
  const inBody = breaches.filter(({ part }) => part === "body");
  if (inBody.length > 0) return refusal(422, `Invalid request.\n\n${inBody.map(inGitHubsWords).join("\n")}`);
  const waitSeconds =
    route.createsContent === true && principal.kind === "installation"
      ? spendCreation(state, principal.token.installationId)
      : null;
  return waitSeconds === null
    ? await route.handle({ state, principal, params, query, body })
    : secondaryLimit(403, String(waitSeconds));
}

// What asks by a former name is sent on to the address by id; only what is read may change its method for that.
function sendOn(
  state: EmulatorState,
  { method, path }: Route,
  { owner = "", repo = "", ...params }: IncomingCall["params"],
): EmulatedAnswer | null {
  const moved = path.startsWith("/repos/{owner}/{repo}") ? findMoved(state, `${owner}/${repo}`) : null;
  if (moved === null) return null;
  const tail = path
    .replace("/repos/{owner}/{repo}", "")
    .replaceAll(/\{(\w+)\}/gu, (_, name: string) => encodeURI(params[name] ?? ""));
  const location = `${state.url}/repositories/${moved.facts.id}${tail}`;
  const status = method === "GET" ? 301 : 307;
  const message = status === 301 ? "Moved Permanently" : "Temporary Redirect";
  const { body } = refusal(status, message);
  return { status, body: { ...(body as object), url: location }, headers: { location } };
}

function bar(state: EmulatorState, { caller }: Route, principal: EmulatedPrincipal): EmulatedAnswer | null {
  if (principal.kind === "rejected") return refusal(principal.status, principal.message);
  if (principal.kind === "installation" && isSuspended(state, principal.token.installationId))
    return refusal(403, suspended);
  if (caller === "anyone") return null;
  if (principal.kind === "anonymous") return refusal(401, "Requires authentication");
  if (caller === "app" && principal.kind !== "app")
    return refusal(401, "A JSON web token could not be decoded");
  if (caller === "installation" && principal.kind !== "installation") {
    return refusal(
      403,
      "You must authenticate with an installation access token in order to use this endpoint.",
    );
  }
  return null;
}

const invalidJson = Symbol("invalid JSON");

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return invalidJson;
  }
}

function record(state: EmulatorState, name: string, breaches: readonly Breach[]): void {
  for (const { part, message } of breaches) state.violations.push(`${name}: ${part} ${message}`);
}

function inGitHubsWords({ error, message }: Breach): string {
  const limit = String(error?.params["limit"] ?? "");
  const length = String((error?.data as { readonly length?: number } | undefined)?.length ?? "");
  if (error?.keyword === "maxItems")
    return `No more than ${limit} items are allowed; ${length} were supplied.`;
  if (error?.keyword === "maxLength") return `Only ${limit} characters are allowed; ${length} were supplied.`;
  if (error?.keyword === "required") return `"${String(error.params["missingProperty"])}" wasn't supplied.`;
  return `For 'properties${error?.instancePath ?? ""}', ${message}.`;
}
