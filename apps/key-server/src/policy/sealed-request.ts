import { sha256 } from "../sha256.ts";

/** Under which a sealed secret that policy made is kept, one for each generation of a key. */
export function sealedRequestOf(keyId: string, generation: number) {
  const id = sha256(JSON.stringify(["policy", keyId, generation]));
  return { id, request: id };
}
