import type { FastifyInstance } from "fastify";
import type { EmulatedRepository, Fault, GitHubEmulator, NewRepository } from "./emulator-contract.ts";
import { bodyOf, registerChanges } from "./change-routes.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";

/** Lets another process drive the emulator; nothing under `/_emulator/` belongs to GitHub. */
export function registerControl(server: FastifyInstance, emulator: GitHubEmulator): void {
  registerChanges(server, emulator);
  server.get("/_emulator", () => ({
    url: emulator.url,
    gitUrl: emulator.gitUrl,
    appId: emulator.appId,
    installationId: emulator.installationId,
  }));
  server.post("/_emulator/repositories", async (request, reply) => {
    const { user, ...input } = bodyOf(request) as unknown as NewRepository & { readonly user?: string };
    if (typeof input.owner !== "string" || typeof input.name !== "string") {
      throw new GitHubEmulatorError("EMULATOR_REPOSITORY", 'send {"owner": "…", "name": "…"}');
    }
    const repository = await emulator.createRepository(input);
    return reply.code(201).send(describe(repository, user));
  });
  server.post("/_emulator/repositories/:owner/:name/rename", (request) => {
    const { owner, name } = request.params as { readonly owner: string; readonly name: string };
    const change = { name: String(bodyOf(request)["name"]), silently: true };
    return emulator
      .changeRepository(`${owner}/${name}`, change)
      .then((repository) => describe(repository, undefined));
  });
  server.get("/_emulator/repositories/:owner/:name/check-runs", (request) => {
    const { owner, name } = request.params as { readonly owner: string; readonly name: string };
    return emulator.checkRuns(`${owner}/${name}`);
  });
  server.put("/_emulator/webhook", (request, reply) => {
    emulator.setWebhookUrl(String(bodyOf(request)["url"]));
    return reply.code(204).send();
  });
  server.post("/_emulator/events", (request, reply) => {
    const { event, payload } = bodyOf(request);
    emulator.sendEvent(String(event), payload as Record<string, unknown>);
    return reply.code(202).send({});
  });
  server.post("/_emulator/faults", (request, reply) => {
    emulator.failNext(bodyOf(request) as unknown as Fault);
    return reply.code(204).send();
  });
  server.get("/_emulator/deliveries", () => emulator.deliveries());
  server.post("/_emulator/deliveries/:id/redeliver", async (request, reply) => {
    await emulator.redeliver(Number((request.params as { readonly id: string }).id));
    return reply.code(204).send();
  });
  server.get("/_emulator/settled", async (_request, reply) => {
    await emulator.settled();
    return reply.code(204).send();
  });
  server.get("/_emulator/violations", () => emulator.violations);
  server.delete("/_emulator/violations", () => emulator.takeViolations());
}

function describe(repository: EmulatedRepository, user: string | undefined): object {
  return { ...repository, pushUrl: repository.pushUrlFor(user ?? `${repository.owner}-admin`) };
}
