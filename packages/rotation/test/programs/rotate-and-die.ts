// Runs or resumes one rotation and, when told to, ends itself like a power cut before or after an entry of its journal.
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { builtInProviders, defineProvider, Secret, type ManagedProvider } from "@keywarden/key-format";
import { capabilitiesOf, dialects, makeInventoryClient, makeManagementClient } from "@keywarden/management";
import {
  makeDialectKeyApi,
  makeInventoryKeyApi,
  openRotationStore,
  openSink,
  planRotation,
  replay,
  runRotation,
  type Journal,
} from "@keywarden/rotation";

interface Orders {
  readonly server: string;
  readonly tokenFile: string;
  readonly state: string;
  readonly directory: string;
  readonly providersFile: string;
  readonly rotation: string;
  /** Speaks the API of that provider instead of Keywarden's own. */
  readonly provider?: string;
  /** Absent to resume. */
  readonly start?: {
    readonly keyId: string;
    readonly sinks: readonly string[];
    readonly graceSeconds?: number;
  };
  /** Counted from 1 over this process; the plan is not counted. */
  readonly death?: { readonly entry: number; readonly when: "before" | "after" };
}

const orders = JSON.parse(process.argv[2] ?? "{}") as Orders;
const { server, directory, rotation, start, death } = orders;
const context = { env: process.env, directory, fetch };
// A plan that a busy machine keeps waiting is no outcome of a test.
const timeoutMs = 120_000;

const own = (JSON.parse(readFileSync(orders.providersFile, "utf8")) as unknown[]).map((definition) => {
  const defined = defineProvider(definition);
  if (!defined.ok) throw new Error(JSON.stringify(defined.problems));
  return defined.provider;
});
const providers = [...builtInProviders, ...own];
const token = new Secret(readFileSync(orders.tokenFile, "utf8").trim());
const profile = providers.find(({ id }) => id === orders.provider);
const keyApi = profile === undefined ? operatorKeyApi() : providerKeyApi(profile);
const store = openRotationStore(orders.state, Date.now);

if (start !== undefined) {
  const { fact } = await planRotation({
    keyApi,
    server,
    via: profile === undefined ? "operator" : "provider",
    directory,
    keyId: start.keyId,
    profileOf: (id) => providers.find((provider) => provider.id === id),
    sinks: start.sinks.map((target) => openSink(target, context)),
    graceSeconds: start.graceSeconds,
    endGrace: false,
    rotation,
    now: Date.now,
  });
  store.create(fact);
}

const journal = store.open(rotation);
const { plan } = replay(journal.entries);
const lock = store.lock(server, plan.key.id);
const dialect = dialects[providers.find(({ id }) => id === plan.key.provider)?.dialect ?? ""];
if (dialect === undefined) throw new Error(`no dialect for ${plan.key.provider}`);

/** Whatever a system does between a signal and the end that it brings, nothing more is done here. */
function die(): void {
  process.kill(process.pid, "SIGKILL");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

let count = 0;
/** What a step that is tried again writes once more counts once. */
const kinds = new Set<string>();
const mortal: Journal = {
  entries: journal.entries,
  append: (fact) => {
    count += 1;
    const { type, step, sink } = { step: "", sink: "", ...fact };
    if (type !== "failed") kinds.add(`${type} ${step} ${sink}`);
    const isLast = death?.entry === count;
    if (isLast && death.when === "before") die();
    const entry = journal.append(fact);
    if (isLast) die();
    return entry;
  },
};

const result = await runRotation({
  journal: mortal,
  providers,
  keyApi,
  verification: { baseUrl: `${server}/${plan.key.provider}`, dialect, fetch },
  sinks: plan.sinks.map((target) => openSink(target, context)),
  sealingKey: (mayCreate) => store.sealingKey(rotation, mayCreate),
  destroySealingKey: () => store.destroySealingKey(rotation),
  clock: Date.now,
  wait: (ms) => sleep(ms),
  random: Math.random,
  waitsForGrace: true,
});
lock.release();

function operatorKeyApi() {
  return makeInventoryKeyApi(makeInventoryClient({ baseUrl: server, token, timeoutMs }));
}

function providerKeyApi(profile: ManagedProvider) {
  const spoken = dialects[profile.dialect];
  if (spoken === undefined) throw new Error(`no dialect for ${profile.id}`);
  const baseUrl = `${server}/${profile.id}`;
  return makeDialectKeyApi({
    client: makeManagementClient({ dialect: spoken, baseUrl, token, timeoutMs }),
    profile: profile,
    dialect: spoken,
    capabilities: capabilitiesOf(profile, "provider"),
  });
}

const { outcome, state } = result;
const message = state.lastFailure?.message ?? null;
process.stdout.write(`${JSON.stringify({ outcome, entries: kinds.size, message })}\n`);
