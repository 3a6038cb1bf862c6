import { randomUUID } from "node:crypto";
import { join, relative } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { spoolVariable } from "./bare-repository.ts";
import { serveWithHttpBackend } from "./cgi.ts";
import { faultAnswer, takeFault } from "../faults.ts";
import { principalOfToken } from "../access/principal.ts";
import type { EmulatedPrincipal } from "../access/principal.ts";
import { receivePush } from "./receive-push.ts";
import { readableDirectory } from "./replica.ts";
import { makeTransfer } from "./transfer.ts";
import { findMoved } from "../repositories.ts";
import { accessRepository } from "../access/repository-access.ts";
import type { GitHubAccount, EmulatorState, StoredRepository } from "../state.ts";

type Service = "git-upload-pack" | "git-receive-pack";

interface Refusal {
  readonly status: number;
  readonly message: string;
  /** Seconds. */
  readonly retryAfter?: number | undefined;
}

type Admission = { readonly repository: StoredRepository; readonly pusher: GitHubAccount | null } | Refusal;

/** Serves the repositories over git's smart HTTP protocol. */
export async function registerGit(server: FastifyInstance, state: EmulatorState): Promise<void> {
  await server.register((scope) => {
    // Git reads the body itself, as it comes: packs are large, chunked or compressed.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _body, done) => {
      done(null);
    });
    scope.get("/:owner/:name/info/refs", (request, reply) => {
      const { service } = request.query as { readonly service?: string };
      return serve(state, request, reply, service ?? "", "info/refs");
    });
    for (const service of ["git-upload-pack", "git-receive-pack"] as const) {
      scope.post(`/:owner/:name/${service}`, (request, reply) =>
        serve(state, request, reply, service, service),
      );
    }
    return Promise.resolve();
  });
}

async function serve(
  state: EmulatorState,
  request: FastifyRequest,
  reply: FastifyReply,
  service: string,
  tail: string,
): Promise<FastifyReply> {
  if (service !== "git-upload-pack" && service !== "git-receive-pack") {
    return reply.code(403).type("text/plain").send("Please upgrade your git client.");
  }
  const { owner, name } = request.params as { readonly owner: string; readonly name: string };
  const fullName = `${owner}/${name.replace(/\.git$/u, "")}`;
  const moved = findMoved(state, fullName);
  if (moved !== null)
    return reply.redirect(
      request.url.replace(/^\/[^/]+\/[^/]+?(?=\.git\/|\/)/u, `/${moved.facts.fullName}`),
      301,
    );
  const admission = admit(state, request.headers.authorization, fullName, service);
  if ("status" in admission) return refuse(reply, admission);
  reply.hijack();
  const work = exchange(state, request, reply, admission.repository, admission.pusher, tail).catch(
    (cause: unknown) => {
      state.violations.push(`${service} ${fullName}: the emulator failed: ${String(cause)}`);
      reply.raw.destroy();
    },
  );
  state.pending.add(work);
  await work;
  return reply;
}

async function exchange(
  state: EmulatorState,
  request: FastifyRequest,
  reply: FastifyReply,
  repository: StoredRepository,
  pusher: GitHubAccount | null,
  tail: string,
): Promise<void> {
  const directory = pusher === null ? readableDirectory(repository) : repository.facts.directory;
  const mark = request.url.indexOf("?");
  const spool = join(state.directory, `push-${randomUUID()}`);
  await serveWithHttpBackend(request.raw, reply.raw, {
    root: state.directory,
    pathInfo: `/${relative(state.directory, directory)}/${tail}`,
    query: mark < 0 ? "" : request.url.slice(mark + 1),
    remoteUser: pusher?.login ?? null,
    environment: { [spoolVariable]: spool },
    transfer: makeTransfer(tail === "git-upload-pack" ? state.transferFaults : []),
  });
  if (pusher !== null && tail === "git-receive-pack") await receivePush(state, repository, pusher, spool);
}

function admit(
  state: EmulatorState,
  authorization: string | undefined,
  fullName: string,
  service: Service,
): Admission {
  const fault = takeFault(state, service);
  if (fault !== null) {
    const { message } = faultAnswer(fault).body as { readonly message: string };
    return { status: fault.status === 0 ? 502 : fault.status, message, retryAfter: fault.retryAfter };
  }
  const principal = principalOfBasic(authorization, state);
  if (principal === null) return { status: 401, message: "Invalid username or token." };
  const isPush = service === "git-receive-pack";
  const access = accessRepository(state, principal, fullName, "contents", isPush ? "write" : "read");
  if (access.granted) {
    const pusher = isPush && principal.kind === "user" ? principal.token.user : null;
    return { repository: access.repository, pusher };
  }
  // Without credentials, what is private and what does not exist look alike, and git is asked to log in.
  if (principal.kind === "anonymous") return { status: 401, message: "Authentication required." };
  return access.status === 404
    ? { status: 404, message: "Repository not found." }
    : { status: 403, message: "Write access to repository not granted." };
}

function principalOfBasic(authorization: string | undefined, state: EmulatorState): EmulatedPrincipal | null {
  if (authorization === undefined) return { kind: "anonymous" };
  const encoded = /^basic (\S+)$/iu.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const [user = "", ...rest] = Buffer.from(encoded, "base64").toString().split(":");
  const principal = principalOfToken(rest.join(":"), state);
  return principal?.kind === "installation" && user !== "x-access-token" ? null : principal;
}

function refuse(reply: FastifyReply, { status, message, retryAfter }: Refusal): FastifyReply {
  if (status === 401) reply.header("www-authenticate", 'Basic realm="GitHub"');
  if (retryAfter !== undefined) reply.header("retry-after", String(retryAfter));
  return reply.code(status).type("text/plain; charset=utf-8").send(`${message}\n`);
}
