import type { KeyApi, RotatableKey } from "./key-api.ts";
import { RotationError } from "./rotation-error.ts";
import { isSuccessor, successorMark, successorMarkOf } from "./successor-name.ts";

/**
 * Finds the key that works today in the place of a key, over as many rotations as there were: itself while it works.
 *
 * @throws {@link RotationError} ROTATION_REFUSED when there is none, or several, ROTATION_CANNOT_TELL where the provider
 * does not list keys that have ended
 */
export async function followKey(keyApi: KeyApi, keyId: string): Promise<RotatableKey> {
  const key = await keyApi.show(keyId);
  if (key.state === "active") return key;
  const working = await findWorkingSuccessors(keyApi, key);
  const [one, other] = working;
  if (one === undefined)
    throw new RotationError(
      "ROTATION_REFUSED",
      `${key.id} is ${key.state} and has no working successor; create a new key instead`,
    );
  if (other !== undefined)
    throw new RotationError(
      "ROTATION_REFUSED",
      `${key.id} is ${key.state} and has several working successors: ${working.map(({ id }) => id).join(", ")}; rotate the one that is in use, and revoke the others`,
    );
  return one;
}

/** @throws {@link RotationError} ROTATION_CANNOT_TELL where the provider does not list keys that have ended */
export async function findWorkingSuccessors(
  keyApi: KeyApi,
  key: RotatableKey,
): Promise<readonly RotatableKey[]> {
  // Each successor names its predecessor only, so the ones between are needed, too, although they have ended.
  const others: RotatableKey[] = [];
  for await (const other of keyApi.listEver(key))
    if (typeof other.replaces === "string" || successorMarkOf(other.name) !== null) others.push(other);
  const byPredecessor = Map.groupBy(others, ({ replaces, name }) => replaces ?? successorMarkOf(name));
  const working: RotatableKey[] = [];
  const seen = new Set([key.id]);
  for (const queue = [key]; ;) {
    const one = queue.shift();
    if (one === undefined) return working;
    const successors = [one.id, successorMark(one.id)].flatMap((name) => byPredecessor.get(name) ?? []);
    for (const next of successors) {
      if (seen.has(next.id) || !isSuccessor(next, one)) continue;
      seen.add(next.id);
      if (next.state === "active") working.push(next);
      queue.push(next);
    }
  }
}
