import { aforo, findFormat, generateKey, type Secret } from "@keywarden/key-format";
import { openKeyStorage, type StorageOptions, type NewKey } from "@keywarden/storage";
import { makeRandom, sha256 } from "@keywarden/testing";

export interface ManyKeys {
  readonly secrets: readonly Secret[];
  readonly keys: readonly NewKey[];
}

const environments = ["sandbox", "production"] as const;

/** Keys as an import brings them, the same each time: half of them of each environment, with owner, tags and metadata. */
export function makeManyKeys(count: number): ManyKeys {
  const random = makeRandom(100);
  const made = Array.from({ length: count }, (_, index) => {
    const environment = environments[index % 2] ?? "sandbox";
    const format = findFormat(aforo, { kind: "secret", environment });
    if (format === undefined) throw new Error("Aforo has no such key");
    const secret = generateKey(format, random);
    const text = secret.reveal();
    const key: NewKey = {
      id: `key_${sha256(`id ${index}`).slice(0, 24)}`,
      provider: aforo.id,
      name: `customer ${index}`,
      kind: "secret",
      environment,
      label: format.label,
      owner: `member${index % 500}@acme.example`,
      tags: ["imported", `team-${index % 20}`],
      metadata: { source: "bench" },
      secret: { sha256: sha256(text), prefix: format.prefix, lastFour: text.slice(-4) },
    };
    return { secret, key };
  });
  return { secrets: made.map(({ secret }) => secret), keys: made.map(({ key }) => key) };
}

/** Stores keys in a new storage, each with its audit entry, and gives the milliseconds that it took. */
export async function storeKeys(
  place: Pick<StorageOptions, "path" | "databaseUrl">,
  keys: readonly NewKey[],
): Promise<number> {
  const storage = await openKeyStorage({ ...place, clock: () => Date.now() });
  try {
    const startedAtMs = performance.now();
    await storage.keys.createKeys(keys, { action: "key.imported", actor: "bench" });
    return performance.now() - startedAtMs;
  } finally {
    await storage.close();
  }
}
