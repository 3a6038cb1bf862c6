import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { registerControl } from "./control-routes.ts";
import { emitEvent } from "./webhooks/emit-event.ts";
import type { GitHubEmulator, GitHubEmulatorOptions } from "./emulator-contract.ts";
import { GitHubEmulatorError } from "./emulator-error.ts";
import { registerGit } from "./git/git-server.ts";
import { makeGitHubState } from "./make-state.ts";
import { changeInstallation, install } from "./changes/change-installation.ts";
import { announceCreation, changeRepository } from "./changes/change-repository.ts";
import { makeIssue } from "./changes/issues.ts";
import { changePullRequest, forkRepository, openPullRequest } from "./changes/pull-requests.ts";
import { lagReplica } from "./git/replica.ts";
import { createRepository, requireRepository, makeBelongsTo } from "./repositories.ts";
import { releaseHeld } from "./webhooks/disturb.ts";
import { rerequestCheckRun } from "./webhooks/rerequest-check-run.ts";
import { registerRest } from "./rest-server.ts";
import { sendDeliveryAgain } from "./routes/delivery-routes.ts";
import { nodeId } from "./shapes/account-shape.ts";
import { accountOf } from "./state.ts";
import type { EmulatorState } from "./state.ts";

const largestBodyBytes = 30 * 1024 * 1024;

/**
 * Starts a GitHub on 127.0.0.1 and resolves when it accepts connections.
 * @throws {@link GitHubEmulatorError} EMULATOR_OPTION when an option cannot be used, EMULATOR_PORT when the port is taken
 */
export async function startEmulatorServer(options: GitHubEmulatorOptions): Promise<GitHubEmulator> {
  const state = makeGitHubState(options);
  const server = fastify({
    bodyLimit: largestBodyBytes,
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1000 },
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  const emulator = makeEmulator(state, server);
  registerRest(server, state);
  registerControl(server, emulator);
  await registerGit(server, state);
  const port = options.port ?? 0;
  try {
    state.url = await server.listen({ host: "127.0.0.1", port });
  } catch (cause) {
    await server.close();
    throw new GitHubEmulatorError(
      "EMULATOR_PORT",
      `cannot listen on 127.0.0.1:${port}: is the port in use?`,
      { cause },
    );
  }
  return emulator;
}

function makeEmulator(state: EmulatorState, server: FastifyInstance): GitHubEmulator {
  const close = async (): Promise<void> => {
    state.webhookUrl = null;
    state.closing.abort();
    await server.close();
    await state.pending.settled();
  };
  return {
    get url() {
      return state.url;
    },
    get gitUrl() {
      return state.url;
    },
    appId: state.app.id,
    installationId: state.firstInstallationId,
    privateKeyPem: state.app.privateKeyPem,
    webhookSecret: state.webhookSecret,
    setWebhookUrl(url) {
      if (!URL.canParse(url)) throw new GitHubEmulatorError("EMULATOR_OPTION", `${url} is not a webhook URL`);
      state.webhookUrl = url;
    },
    async createRepository(input) {
      const repository = await createRepository(state, input);
      if (input.announced === true) await announceCreation(state, repository);
      return repository.facts;
    },
    changeRepository: (fullName, change) => changeRepository(state, fullName, change),
    install: (owner) => Promise.resolve(install(state, owner)),
    changeInstallation: (id, change) => Promise.resolve(changeInstallation(state, id, change)),
    forkRepository: async (fullName, owner) => (await forkRepository(state, fullName, owner)).facts,
    openPullRequest: (fullName, pullRequest) => openPullRequest(state, fullName, pullRequest),
    changePullRequest: (fullName, number, change) => changePullRequest(state, fullName, number, change),
    rerequestCheckRun: (id) => rerequestCheckRun(state, id),
    sendEvent(event, payload) {
      const id = state.firstInstallationId;
      const installation = { id, node_id: nodeId("IntegrationInstallation", id) };
      state.pending.add(emitEvent(state, event, { installation, ...payload }));
    },
    checkRuns: (fullName) => [...state.checkRuns.values()].filter(makeBelongsTo(state, fullName)),
    issues: (fullName) => [...state.issues.values()].filter(makeBelongsTo(state, fullName)),
    writeIssue(fullName, { user, title, body }) {
      const author = accountOf(state, user, "User");
      return makeIssue(state, requireRepository(state, fullName), { title, body, author, byApp: false });
    },
    actionsSecret: (scope, name) =>
      state.secretVaults.get(scope.toLowerCase())?.secrets.get(name.toUpperCase()),
    deliveries: () => [...state.deliveries],
    async redeliver(deliveryId) {
      const delivery = state.deliveries.find(({ id }) => id === deliveryId);
      if (delivery === undefined) {
        throw new GitHubEmulatorError("EMULATOR_NOT_FOUND", `there is no delivery ${deliveryId}`);
      }
      const attempt = sendDeliveryAgain(state, delivery);
      state.pending.add(attempt);
      await attempt;
    },
    failNext(fault) {
      state.faults.push({ ...fault, remaining: fault.times ?? 1 });
    },
    disturbDeliveries(disturbance) {
      state.disturbances.push({ ...disturbance, remaining: disturbance.times ?? 1 });
    },
    releaseHeld: (order = "as-made", most) => releaseHeld(state, order, most),
    disturbTransfers(fault) {
      state.transferFaults.push({ ...fault, remaining: fault.times ?? 1 });
    },
    lagReplicas(fullName, isLagging) {
      lagReplica(state, requireRepository(state, fullName), isLagging);
    },
    limitCreations(limits) {
      state.secondaryLimits = limits;
    },
    settled: () => state.pending.settled(),
    get violations() {
      return [...state.violations];
    },
    takeViolations: () => state.violations.splice(0),
    assertNoViolations() {
      if (state.violations.length === 0) return;
      const list = state.violations.map((violation) => `  ${violation}`).join("\n");
      throw new GitHubEmulatorError("EMULATOR_CONTRACT", `GitHub's description was broken:\n${list}`);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
