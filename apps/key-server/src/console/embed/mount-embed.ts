import type { Judge, KeyRow } from "@keywarden/inventory";
import { keyEtag, type ManagedKey } from "@keywarden/management";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import * as z from "zod";
import { actorOf, originOf, type Caller } from "../../auth/principal.ts";
import { checkRole } from "../../auth/right.ts";
import { isWithin } from "../../auth/token-limits.ts";
import { admit } from "../../http/admit.ts";
import { problemEnvelope, sendRefusal } from "../../http/envelope.ts";
import { parse } from "../../http/parse.ts";
import { listKeysRoute } from "../../operator/list-keys.ts";
import { revokeKeyRoute } from "../../operator/revoke-key.ts";
import { showKeyRoute } from "../../operator/show-key.ts";
import { disableKeyRoute } from "../../operator/switch-key.ts";
import { done, refuse, type Outcome } from "../../refusal.ts";
import type { ServerContext } from "../../server-context.ts";
import type { Html } from "../markup/html.ts";
import { note } from "../markup/notes.ts";
import { writeEmbedded } from "../markup/page.ts";
import { readForm, type Form } from "../markup/read-form.ts";
import { keyName } from "../screens/key-link.ts";
import { findReplaced, makeRow } from "../screens/make-rows.ts";
import { sendPage } from "../session/send-page.ts";
import { ask } from "../../auth/ask.ts";
import { embedActs, embedGrantSchema, personOfGrant, type EmbedGrant } from "./embed-grant.ts";
import { LONGEST_LINK_SECONDS, makeEmbedLinks, type EmbedProblem } from "./embed-link.ts";
import { embedConfirm, embedList, embedPath, embedProblem } from "./embed-page.ts";

/** Where a tenant's page may be framed, and the secret that signs links to it. */
export interface Embedding {
  readonly origins: readonly string[];
  readonly secret: string;
}

const MOST_KEYS = 500;

const wantedLinkSchema = embedGrantSchema.extend({
  seconds: z.int().min(10).max(LONGEST_LINK_SECONDS).default(60),
});

/** Serves the page with one tenant's own keys, for a frame in somebody's own product. */
export function mountEmbed(
  app: FastifyInstance,
  context: ServerContext,
  judge: Judge,
  origins: readonly string[],
  secret: () => string,
): void {
  const { storage, denials } = context;
  const links = makeEmbedLinks(storage, secret);
  const send = (reply: FastifyReply, title: string, body: Html): FastifyReply =>
    sendPage(reply, writeEmbedded(title, body), origins.join(" "));
  const callerOf = (request: FastifyRequest, grant: EmbedGrant): { readonly caller: Caller } => ({
    caller: { principal: personOfGrant(grant), ip: request.ip, requestId: request.id, rateLimits: [] },
  });
  const fail = async (request: FastifyRequest, reply: FastifyReply, reason: EmbedProblem) => {
    await denials.record({
      ip: request.ip,
      requestId: request.id,
      principal: null,
      route: `${request.method} ${embedPath}`,
      reason: `link-${reason}`,
      provider: null,
    });
    return send(reply.code(403), "API keys", embedProblem(reason));
  };

  interface Opened {
    readonly grant: EmbedGrant;
    readonly pass: string;
  }
  const list = async (
    request: FastifyRequest,
    reply: FastifyReply,
    { grant, pass }: Opened,
    says: Html | null = null,
  ): Promise<FastifyReply> => {
    const nowMs = storage.now();
    const rows: KeyRow[] = [];
    let isPartial = false;
    // Each by itself, so that keys that have ended take no room from those that have not.
    for (const state of ["active", "disabled"] as const) {
      const query = { provider: grant.provider, state, limit: MOST_KEYS };
      const answer = await ask(context, callerOf(request, grant), listKeysRoute, { query });
      if (!answer.ok) return send(reply, "API keys", note(judge.show(answer.refusal.message), "danger"));
      const { keys, nextCursor } = answer.value.body as {
        readonly keys: readonly ManagedKey[];
        readonly nextCursor: string | null;
      };
      const replaced = await findReplaced(context, keys);
      rows.push(...keys.map((key) => makeRow(key, replaced, judge, nowMs)));
      isPartial ||= nextCursor !== null;
    }
    return send(reply, "API keys", embedList(rows, { grant, pass, nowMs, isPartial, says }));
  };

  app.get(embedPath, async (request, reply) => {
    const { link } = request.query as { readonly link?: unknown };
    const opened = await links.open(typeof link === "string" ? link : "");
    if (!opened.ok) return fail(request, reply, opened.reason);
    const { grant, untilSeconds } = opened;
    const { caller } = callerOf(request, grant);
    await storage.audit.append({
      action: "embed.opened",
      actor: actorOf(caller.principal),
      subject: null,
      provider: grant.provider,
      details: { ...originOf(caller), tenant: grant.tenant },
    });
    return list(request, reply, { grant, pass: await links.makePass(grant, untilSeconds) });
  });

  app.post(embedPath, async (request, reply) => {
    const form = readForm(request.body);
    const pass = form.text("pass");
    const opened = await links.readPass(pass);
    if (!opened.ok) return fail(request, reply, opened.reason);
    const page: Opened = { grant: opened.grant, pass };
    const act = embedActs.find((one) => one === form.text("act") && page.grant.may.includes(one));
    if (act === undefined) return list(request, reply, page);
    const found = await findRow(request, page.grant, form);
    if (!found.ok) return list(request, reply, page, note(judge.show(found.refusal.message), "danger"));
    const row = found.value;
    const title = `${act === "revoke" ? "Revoke" : "Disable"} ${keyName(row)}`;
    const seen = keyEtag(row.told.generation, row.told.revision);
    const isTyped = act !== "revoke" || form.text("typed") === keyName(row).trim();
    const isSure = form.text("sure") === "yes";
    if (!isSure || !isTyped) {
      const problem = isTyped || !isSure ? {} : { problem: "What was typed is not the key's name." };
      return send(reply, title, embedConfirm(row, { act, pass, seen, ...problem }));
    }
    const route = act === "revoke" ? revokeKeyRoute : disableKeyRoute;
    const acted = await ask(context, callerOf(request, page.grant), route, {
      params: { id: row.id },
      ifMatch: form.text("seen"),
    });
    const says = acted.ok
      ? note(`${keyName(row)} was ${act === "revoke" ? "revoked" : "disabled"}.`)
      : note(judge.show(acted.refusal.message), "danger");
    return list(request, reply, page, says);
  });

  // Asked by the program around the page, for whoever is signed in there.
  app.post("/embed/links", async (request, reply) => {
    const made = await makeLink(request);
    if (!made.ok) return sendRefusal(reply, problemEnvelope, made.refusal, context.secretFormats);
    return reply.code(201).send(made.value);
  });

  async function makeLink(request: FastifyRequest): Promise<Outcome<object>> {
    const admitted = await admit(context, request, { right: "edit", keepsLimits: true });
    if (!admitted.ok) return admitted;
    const wanted = parse(wantedLinkSchema, request.body);
    if (!wanted.ok) return wanted;
    const { seconds, ...grant } = wanted.value;
    if (!context.providers.has(grant.provider))
      return refuse("BAD_REQUEST", "provider: the server has no such provider");
    const { principal } = admitted.value;
    const limits = principal.type === "key" ? null : principal.limits;
    const shown = grant.environments ?? (["production", "sandbox", "development"] as const);
    if (limits !== null && !shown.every((environment) => isWithin(limits, { ...grant, environment })))
      return refuse("FORBIDDEN", "this token may not show all that the link would show");
    if (principal.type !== "key" && grant.may.length > 0) {
      const allowed = checkRole(principal.role, "revoke");
      if (!allowed.ok) return allowed;
    }
    const id = Buffer.from(context.randomBytes(16)).toString("base64url");
    const link = await links.make(grant, id, seconds);
    return done({ path: `${embedPath}?link=${link}`, validForSeconds: seconds });
  }

  async function findRow(request: FastifyRequest, grant: EmbedGrant, form: Form): Promise<Outcome<KeyRow>> {
    const params = { id: form.text("key") };
    const found = await ask(context, callerOf(request, grant), showKeyRoute, { params });
    if (!found.ok) return found;
    const key = found.value.body as ManagedKey;
    return done(makeRow(key, await findReplaced(context, [key]), judge, storage.now()));
  }
}
