import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Disturbance, GitHubEmulator, NewPullRequest, SecondaryLimits } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";

const ofRepository = "/_emulator/repositories/:owner/:name";

/** Lets another process change what the emulator holds and disturb how it works; bodies are the methods' arguments. */
export function registerChanges(server: FastifyInstance, emulator: GitHubEmulator): void {
  const post = (path: string, act: (request: FastifyRequest) => unknown): void => {
    server.post(path, async (request, reply) => reply.code(200).send((await act(request)) ?? {}));
  };
  post(`${ofRepository}/change`, (request) =>
    emulator.changeRepository(fullNameOf(request), bodyOf(request)),
  );
  post(`${ofRepository}/fork`, (request) =>
    emulator.forkRepository(fullNameOf(request), String(bodyOf(request)["owner"])),
  );
  post(`${ofRepository}/pull-requests`, (request) =>
    emulator.openPullRequest(fullNameOf(request), bodyOf(request) as unknown as NewPullRequest),
  );
  post(`${ofRepository}/pull-requests/:number`, (request) =>
    emulator.changePullRequest(
      fullNameOf(request),
      Number(paramsOf(request)["number"]),
      oneOf(request, ["close", "reopen"]),
    ),
  );
  post(`${ofRepository}/lag`, (request) =>
    emulator.lagReplicas(fullNameOf(request), bodyOf(request)["isLagging"] === true),
  );
  post("/_emulator/installations", async (request) => ({
    installationId: await emulator.install(String(bodyOf(request)["owner"])),
  }));
  post("/_emulator/installations/:id", (request) =>
    emulator.changeInstallation(
      Number(paramsOf(request)["id"]),
      oneOf(request, ["suspend", "unsuspend", "delete"]),
    ),
  );
  post("/_emulator/check-runs/:id/rerequest", (request) =>
    emulator.rerequestCheckRun(Number(paramsOf(request)["id"])),
  );
  post("/_emulator/disturbances", (request) =>
    emulator.disturbDeliveries(bodyOf(request) as unknown as Disturbance),
  );
  post("/_emulator/held/release", async (request) => ({
    released: await emulator.releaseHeld(bodyOf(request)["order"] === "reversed" ? "reversed" : "as-made"),
  }));
  post("/_emulator/transfer-faults", (request) => emulator.disturbTransfers(bodyOf(request)));
  post("/_emulator/secondary-limits", (request) => {
    const { limits = null } = bodyOf(request) as { readonly limits?: SecondaryLimits | null };
    emulator.limitCreations(limits);
  });
}

/** Reads a JSON object. @throws {@link GitHubEmulatorError} EMULATOR_OPTION when the body is none */
export function bodyOf(request: FastifyRequest): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(String(request.body));
    if (typeof body === "object" && body !== null) return body as Record<string, unknown>;
  } catch {
    // Falls through to the sentence below, which says what is wanted.
  }
  throw new GitHubEmulatorError("EMULATOR_OPTION", `${request.method} ${request.url} wants a JSON object`);
}

function paramsOf(request: FastifyRequest): Readonly<Record<string, string | undefined>> {
  return request.params as Readonly<Record<string, string | undefined>>;
}

function fullNameOf(request: FastifyRequest): string {
  const { owner, name } = paramsOf(request);
  return `${owner ?? ""}/${name ?? ""}`;
}

function oneOf<const W extends string>(request: FastifyRequest, words: readonly W[]): W {
  const { change } = bodyOf(request);
  const word = words.find((one) => one === change);
  if (word === undefined)
    throw new GitHubEmulatorError("EMULATOR_OPTION", `send {"change": …} with ${words.join(", ")}`);
  return word;
}
