import type { Environment, KeyKind, ManagedProvider, Secret } from "@keywarden/key-format";
import { builtInProviders } from "@keywarden/key-format";
import { dialects, makeManagementClient } from "@keywarden/management";
import { keyAnswer } from "../key-answer.ts";
import type { Timeline } from "../timeline.ts";
import type { KeyServerProgram } from "@keywarden/testing/programs";

export interface ShowcaseKey {
  readonly provider: ManagedProvider;
  readonly kind: KeyKind;
  readonly environment: Environment;
  readonly label: string;
  readonly id: string;
  readonly secret: Secret;
}

/** Asks each provider's own management API for one key of every documented format, and calls with each. */
export async function issueKeys(
  server: KeyServerProgram,
  timeline: Timeline,
): Promise<readonly ShowcaseKey[]> {
  const keys: ShowcaseKey[] = [];
  for (const provider of builtInProviders) {
    const client = makeManagementClient({
      dialect: provider.dialect,
      baseUrl: `${server.url}/${provider.id}`,
      token: server.token,
    });
    for (const { kind, environment, label } of provider.formats) {
      const { id, secret } = await client.create({
        name: `webshop ${kind === "secret" ? label : `${kind} ${label}`}`,
        kind,
        environment,
        // A restricted key may do nothing that it was not given.
        ...(kind === "restricted" && { permissions: samplePermissions(provider) }),
      });
      keys.push({ provider, kind, environment, label, id, secret });
    }
  }
  timeline.step(
    "keys",
    `${keys.length} keys issued in the documented formats of ${builtInProviders.length} providers`,
  );
  for (const key of keys) {
    const status = await keyAnswer(server.url, key.provider, key.secret);
    timeline.detail(
      [
        key.provider.name.padEnd(12),
        key.kind.padEnd(11),
        key.environment.padEnd(11),
        key.secret.redacted.padEnd(15),
        `a call with it answers ${status}`,
      ].join("  "),
      status === 200 ? "plain" : "bad",
    );
  }
  return keys;
}

/** What a key needs for the call that shows whether it works. */
function samplePermissions({ dialect: id }: ManagedProvider): readonly string[] {
  const dialect = dialects[id];
  const sample = dialect?.samples.find(({ path }) => path === dialect.sample.path);
  const permission = sample?.permission ?? null;
  return permission === null ? [] : [permission];
}

/** The issued key that fits, for the story's roles. */
export function pickKey(
  keys: readonly ShowcaseKey[],
  wanted: { readonly provider: string; readonly kind: KeyKind; readonly environment: Environment },
): ShowcaseKey {
  const key = keys.find(
    ({ provider, kind, environment }) =>
      provider.id === wanted.provider && kind === wanted.kind && environment === wanted.environment,
  );
  if (key === undefined)
    throw new Error(`no ${wanted.provider} ${wanted.kind} ${wanted.environment} key was issued`);
  return key;
}
