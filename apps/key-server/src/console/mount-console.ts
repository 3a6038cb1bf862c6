import { makeJudge, type FoundExposure } from "@keywarden/inventory";
import type { RotationSettings } from "../rotation-service/rotation-settings.ts";
import { makeProviderFetch } from "../rotation-service/provider-fetch.ts";
import { makeRotationService } from "../rotation-service/make-rotation-service.ts";
import type { RotationService } from "../rotation-service/rotation-service.ts";
import type { ServerSinks } from "../rotation-service/server-sinks.ts";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { actorOf, originOf, type Caller } from "../auth/principal.ts";
import { refusalTable } from "../http/refusal-table.ts";
import { refuse } from "../refusal.ts";
import type { ServerContext } from "../server-context.ts";
import { addressWith, type Console, type ConsoleScreen, type ConsoleVisit } from "./console.ts";
import { mountEmbed, type Embedding } from "./embed/mount-embed.ts";
import { html } from "./markup/html.ts";
import { lockForm, writePage } from "./markup/page.ts";
import { readForm } from "./markup/read-form.ts";
import { script } from "./markup/script.ts";
import { style } from "./markup/style.ts";
import { mountAlerts } from "./screens/alerts-screen.ts";
import { mountAudit } from "./screens/audit-screen.ts";
import { mountKeyActs } from "./screens/key-acts.ts";
import { mountKey } from "./screens/key-screen.ts";
import { makeExposureLook } from "./screens/look-for-exposures.ts";
import { mountKeys } from "./screens/keys-screen.ts";
import { mountNext } from "./screens/next-screen.ts";
import { mountPeople } from "./screens/people-card.ts";
import { mountProviders } from "./screens/providers/provider-screen.ts";
import { providerTexts } from "./screens/providers/provider-texts.ts";
import { mountRotation } from "./screens/rotations/rotate-screen.ts";
import { mountRotations } from "./screens/rotations/rotations-screen.ts";
import { mountSeveral } from "./screens/several/several-screen.ts";
import { mountTokens } from "./screens/tokens-screen.ts";
import { compressPages } from "./session/compress-pages.ts";
import { maskedAddress } from "./session/masked-address.ts";
import { mountFailures } from "./session/mount-failures.ts";
import { mountSignIn } from "./session/mount-sign-in.ts";
import { safeBack } from "./session/safe-back.ts";
import { sendPage } from "./session/send-page.ts";
import { makeSessions } from "./session/sessions.ts";
import { findHolder, findVisitor, isOwnForm, noCookie, readCookie } from "./session/visitor.ts";

/** Makes what carries out the rotations that are begun on pages; null where the server keeps no journals. */
export function makeConsoleRotations(
  context: ServerContext,
  http: () => Pick<FastifyInstance, "inject" | "log">,
  settings: RotationSettings | null,
  sinks: () => ServerSinks,
): RotationService | null {
  if (settings === null) return null;
  return makeRotationService({
    context,
    directory: settings.directory,
    sinks,
    env: settings.env,
    findHolder: (holder) => findHolder(context, holder),
    providerFetch: makeProviderFetch(http),
    onFailure: (error, rotation) => http().log.error({ err: error, rotation }, "a rotation could not go on"),
  });
}

/** Serves the console: pages over the operator's routes, for whoever is signed in. */
export function mountConsole(
  app: FastifyInstance,
  context: ServerContext,
  options: {
    readonly readExposures: (() => Promise<readonly FoundExposure[]>) | undefined;
    readonly embedding: () => Embedding | null;
    readonly rotationService: RotationService | null;
  },
): void {
  const { readExposures, embedding, rotationService } = options;
  const { storage, providers } = context;
  const judge = makeJudge({
    providers: context.secretFormats,
    managedProviders: [...providers.values()].map(({ profile }) => profile),
  });
  const sessions = makeSessions(storage, context.randomBytes);
  const menu = providerTexts
    .filter(({ provider }) => providers.has(provider))
    .map(({ path, provider }) => ({ path, name: providers.get(provider)?.profile.name ?? provider }));
  compressPages(app);
  mountFailures(app, context);
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, body, ready) => ready(null, new URLSearchParams(String(body))),
  );

  const page: Console["page"] = ({ reply, viewer, nowMs }, parts) =>
    sendPage(reply, writePage(viewer, menu, parts, nowMs));
  const problem: Console["problem"] = (to, { code, message }) => {
    const { status, title } = refusalTable[code];
    void to.reply.code(status);
    const body = html`<p class="note danger" role="alert">${judge.show(message)}</p>
      <p>Nothing was changed. Go back to look again.</p>`;
    return page(to, { title, path: "/console", body });
  };

  const visit =
    (screen: ConsoleScreen, check: (to: ConsoleVisit) => FastifyReply | null) =>
    async (request: FastifyRequest, reply: FastifyReply) => {
      const masked = maskedAddress(request, judge);
      if (masked !== null) return reply.redirect(masked, 303);
      const visitor = await findVisitor(context, sessions, request);
      if (visitor === null) return reply.redirect(addressWith("/console/sign-in", backTo(request)), 303);
      const to = { ...visitor, request, reply, form: readForm(request.body), nowMs: storage.now() };
      // Not awaited: a reply is a thenable, so one that refuses would come out as nothing.
      return check(to) ?? screen(to);
    };
  const checkForm = (to: ConsoleVisit): FastifyReply | null => {
    if (isOwnForm(to.request, to)) return null;
    const message = "that form was not from this session; open the page again";
    return problem(to, refuse("FORBIDDEN", message).refusal);
  };
  const checkLock = (to: ConsoleVisit): FastifyReply | null => {
    if (to.viewer.isUnlocked) return null;
    const back = /^\/[\w/-]+/.exec(to.request.url)?.[0] ?? "/console";
    const body = html`<p class="note warning" role="alert">
        This session only reads, and nothing was changed. Unlock changes, then do it again.
      </p>
      ${lockForm(to.viewer, back.replace(/\/(?:disable|enable|alerts|show|stored|resume|abandon|end-grace)$/, ""))}`;
    return page({ ...to, reply: to.reply.code(403) }, { title: "Changes are locked", path: back, body });
  };

  const stillUnlocked =
    (screen: ConsoleScreen): ConsoleScreen =>
    async (to) => {
      await sessions.unlock(readCookie(to.request));
      return screen(to);
    };

  const tools: Console = {
    context,
    judge,
    sessions,
    rotationService,
    page,
    problem,
    lookForExposures: makeExposureLook(readExposures, () => storage.now()),
    show: (path, screen) =>
      void app.get(
        path,
        visit(screen, () => null),
      ),
    change: (path, screen) =>
      void app.post(
        path,
        visit(stillUnlocked(screen), (to) => checkForm(to) ?? checkLock(to)),
      ),
  };
  const own = (path: string, screen: ConsoleScreen) => app.post(path, visit(screen, checkForm));

  app.get("/console/style.css", async (_request, reply) =>
    reply.header("content-type", "text/css; charset=utf-8").send(style),
  );
  app.get("/console/console.js", async (_request, reply) =>
    reply.header("content-type", "text/javascript; charset=utf-8").send(script),
  );
  mountSignIn(app, context, sessions);
  const note = (action: string, caller: Caller) =>
    storage.audit.append({
      action,
      actor: actorOf(caller.principal),
      subject: null,
      provider: null,
      details: originOf(caller),
    });
  own("/console/sign-out", async ({ request, reply, caller, viewer }) => {
    await sessions.end(readCookie(request));
    await note("console.signed_out", caller);
    const out = viewer.isPerson ? "person" : "token";
    return reply.header("set-cookie", noCookie).redirect(`/console/sign-in?out=${out}`, 303);
  });
  own("/console/unlock", async (to) => {
    await sessions.unlock(readCookie(to.request));
    await note("console.unlocked", to.caller);
    return to.reply.redirect(safeBack(to.form.text("back")), 303);
  });
  own("/console/lock", async (to) => {
    await sessions.lock(readCookie(to.request));
    return to.reply.redirect(safeBack(to.form.text("back")), 303);
  });

  const roots = ["/console", ...providerTexts.map(({ path }) => path)];
  for (const path of roots)
    tools.show(`${path}/*`, async (to) => {
      const nowhere = "there is no such page; the menu leads to those that there are";
      return problem(to, refuse("PAGE_NOT_FOUND", nowhere).refusal);
    });
  mountNext(tools);
  mountKeys(tools);
  mountKey(tools);
  mountKeyActs(tools);
  mountRotation(tools);
  mountRotations(tools);
  mountSeveral(tools);
  mountAlerts(tools);
  mountAudit(tools);
  mountTokens(tools);
  mountPeople(tools);
  mountProviders(tools);
  const embedded = embedding();
  if (embedded !== null)
    mountEmbed(app, context, judge, embedded.origins, () => (embedding() ?? embedded).secret);
}

/** The page that somebody wanted to see, to come back to; a form is not sent again. */
function backTo({ method, url }: FastifyRequest): { readonly back: string | null } {
  return { back: method === "GET" && url !== "/console" ? url : null };
}
