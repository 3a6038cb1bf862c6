import { makeJudge, makeKeyRow, type Judge } from "@keywarden/inventory";
import type { AuditEntry, ManagedKey } from "@keywarden/management";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { OperatorRoute } from "../http/route.ts";
import { createKey } from "../operator/create-key.ts";
import { editKey } from "../operator/edit-key.ts";
import { listAudit } from "../operator/list-audit.ts";
import { revokeKey } from "../operator/revoke-key.ts";
import { rotateKey } from "../operator/rotate-key.ts";
import { showKey } from "../operator/show-key.ts";
import { disableKey, enableKey } from "../operator/switch-key.ts";
import { refuse } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { auditBody } from "./audit-body.ts";
import {
  ask,
  findVisitor,
  isOwnForm,
  sendPage,
  sendProblem,
  signIn,
  signOut,
  type Visitor,
} from "./console-access.ts";
import { consoleStyle } from "./console-style.ts";
import { html, type Html } from "./html.ts";
import { createForm, issuedBody, keyBody, keysBody, nextBody } from "./key-pages.ts";
import { signInPage, writePage } from "./page.ts";
import { providerPages } from "./provider-pages.ts";
import { readAlerts, readInventory } from "./read-inventory.ts";
import { readForm, type Form } from "./read-form.ts";
import { makeSessions } from "./sessions.ts";

/** What a page of the console is made from. */
interface Visit extends Visitor {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly form: Form;
  readonly nowMs: number;
}

type Screen = (visit: Visit) => Promise<FastifyReply>;

/** Serves the console: pages over the operator's routes, for whoever signed in with a token of the server. */
export function mountConsole(app: FastifyInstance, context: ServerContext): void {
  const { storage, providers } = context;
  const judge = makeJudge({
    providers: context.secretFormats,
    managedProviders: [...providers.values()].map(({ profile }) => profile),
  });
  const sessions = makeSessions(context.randomBytes, () => storage.now());
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, ready) => ready(null, new URLSearchParams(String(body))),
  );

  const visit =
    (screen: Screen, isChange: boolean) => async (request: FastifyRequest, reply: FastifyReply) => {
      const visitor = await findVisitor(context, sessions, request);
      if (visitor === null) return reply.redirect("/console/sign-in", 303);
      if (isChange && !isOwnForm(request, visitor)) {
        const refusal = refuse(
          "FORBIDDEN",
          "that form was not from this session; open the page again",
        ).refusal;
        return sendProblem(reply, visitor, refusal, judge.show);
      }
      return screen({ ...visitor, request, reply, form: readForm(request.body), nowMs: storage.now() });
    };
  const show = (path: string, screen: Screen) => app.get(path, visit(screen, false));
  const change = (path: string, screen: Screen) => app.post(path, visit(screen, true));
  const page = ({ reply, viewer }: Visit, title: string, path: string, body: Html) =>
    sendPage(reply, writePage(title, path, viewer, body));
  const problem = (to: Visit, refusal: Parameters<typeof sendProblem>[2]) =>
    sendProblem(to.reply, to, refusal, judge.show);

  app.get("/console/style.css", async (_request, reply) =>
    reply.header("content-type", "text/css; charset=utf-8").send(consoleStyle),
  );
  app.get("/console/sign-in", async (_request, reply) => sendPage(reply, signInPage("")));
  app.post("/console/sign-in", (request, reply) => signIn(context, sessions, request, reply));
  change("/console/sign-out", async ({ request, reply }) => signOut(sessions, request, reply));

  show("/console", async (to) => {
    const read = await readInventory(context, to.caller, judge, undefined);
    if (!read.ok) return problem(to, read.refusal);
    return page(to, "Next", "/console", nextBody(read.value, await readAlerts(context, judge), to.nowMs));
  });
  show("/console/keys", async (to) => {
    const read = await readInventory(context, to.caller, judge, undefined);
    if (!read.ok) return problem(to, read.refusal);
    return page(to, "Keys", "/console/keys", keysBody(read.value, queryOf(to), "/console/keys", to.nowMs));
  });
  show("/console/audit", async (to) => {
    const answer = await ask(context, to, listAudit, { query: { order: "newest-first", limit: 100 } });
    if (!answer.ok) return problem(to, answer.refusal);
    const { entries } = answer.value.body as { readonly entries: readonly AuditEntry[] };
    return page(to, "Audit", "/console/audit", auditBody(entries, judge));
  });
  mountKey({ context, judge, show, change, page, problem });
  mountProviders({ context, judge, show, change, page, problem });
}

interface Tools {
  readonly context: ServerContext;
  readonly judge: Judge;
  readonly show: (path: string, screen: Screen) => unknown;
  readonly change: (path: string, screen: Screen) => unknown;
  readonly page: (to: Visit, title: string, path: string, body: Html) => FastifyReply;
  readonly problem: (to: Visit, refusal: Parameters<typeof sendProblem>[2]) => FastifyReply;
}

function queryOf({ request }: Visit): string {
  const { q } = request.query as { readonly q?: unknown };
  // Named twice, it is a list: then none of them is meant.
  return typeof q === "string" ? q : "";
}
const idOf = ({ request }: Visit): string => (request.params as { readonly id?: string }).id ?? "";
const addressOf = (id: string): string => `/console/keys/${encodeURIComponent(id)}`;

function mountKey({ context, judge, show, change, page, problem }: Tools): void {
  const find = (to: Visit) => ask(context, to, showKey, { params: { id: idOf(to) } });
  show("/console/keys/:id", async (to) => {
    const found = await find(to);
    if (!found.ok) return problem(to, found.refusal);
    const row = makeKeyRow(found.value.body as ManagedKey, judge, to.nowMs);
    const provider = context.providers.get(row.told.provider);
    const title = row.name === "" ? row.id : row.name;
    return page(to, title, addressOf(row.id), keyBody(row, provider, judge, to.viewer, to.nowMs));
  });

  const act = (name: string, route: OperatorRoute, bodyOf: (form: Form) => unknown = () => undefined) =>
    change(`/console/keys/:id/${name}`, async (to) => {
      const done = await ask(context, to, route, {
        params: { id: idOf(to) },
        ifMatch: to.form.text("seen"),
        body: bodyOf(to.form),
      });
      return done.ok ? to.reply.redirect(addressOf(idOf(to)), 303) : problem(to, done.refusal);
    });
  act("edit", editKey, (form) => ({
    name: form.text("name"),
    owner: form.text("owner") === "" ? null : form.text("owner"),
    tags: form.list("tags"),
  }));
  act("disable", disableKey);
  act("enable", enableKey);

  change("/console/keys/:id/revoke", async (to) => {
    const found = await find(to);
    if (!found.ok) return problem(to, found.refusal);
    const { id, name } = makeKeyRow(found.value.body as ManagedKey, judge, to.nowMs);
    if (to.form.text("typed") !== (name === "" ? id : name.trim()))
      return problem(to, refuse("BAD_REQUEST", "what was typed is not the key's name").refusal);
    const ended = await ask(context, to, revokeKey, { params: { id }, ifMatch: to.form.text("seen") });
    return ended.ok ? to.reply.redirect(addressOf(id), 303) : problem(to, ended.refusal);
  });
  change("/console/keys/:id/rotate", async (to) => {
    const id = idOf(to);
    const rotated = await ask(context, to, rotateKey, { params: { id }, ifMatch: to.form.text("seen") });
    if (!rotated.ok) return problem(to, rotated.refusal);
    const { secret, graceUntil } = rotated.value.body as { secret: string; graceUntil: string | null };
    const until = graceUntil === null ? "the old one has ended" : `the old one works until ${graceUntil}`;
    const body = issuedBody(
      "The new key",
      secret,
      `copy it now, it is not shown again; ${until}.`,
      addressOf(id),
    );
    return page(to, "Rotated", addressOf(id), body);
  });
}

function mountProviders({ context, judge, show, change, page, problem }: Tools): void {
  for (const screen of providerPages) {
    const provider = context.providers.get(screen.provider);
    if (provider === undefined) continue;
    show(screen.path, async (to) => {
      const read = await readInventory(context, to.caller, judge, screen.provider);
      if (!read.ok) return problem(to, read.refusal);
      const list = keysBody(read.value, queryOf(to), screen.path, to.nowMs);
      return page(to, screen.title, screen.path, html`${createForm(screen, provider, to.viewer)}${list}`);
    });
    change(screen.path, async (to) => {
      const made = await ask(context, to, createKey, { body: wanted(screen.provider, to.form) });
      if (!made.ok) return problem(to, made.refusal);
      const { key, secret } = made.value.body as { key: ManagedKey; secret: string };
      return page(
        to,
        screen.title,
        screen.path,
        issuedBody(judge.show(key.name), secret, screen.copy, addressOf(key.id)),
      );
    });
  }
}

/** Reads the form of a new key; what is empty is not asked for, and the route judges the rest. */
function wanted(provider: string, form: Form): Record<string, unknown> {
  const lists = ["ipRanges", "referrers", "endpoints"].map((name) => [name, form.list(name)] as const);
  const words = ["product", "tenant"].map((name) => [name, form.text(name)] as const);
  const restrictions = Object.fromEntries([...lists, ...words].filter(([, value]) => value.length > 0));
  const owner = form.text("owner");
  const permissions = form.list("permissions");
  return {
    provider,
    name: form.text("name"),
    kind: form.text("kind"),
    environment: form.text("environment"),
    ...(owner !== "" && { owner }),
    ...(permissions.length > 0 && { permissions }),
    ...(Object.keys(restrictions).length > 0 && { restrictions }),
  };
}
