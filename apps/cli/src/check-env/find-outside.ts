import type { EnvReport } from "./env-report.ts";
import type { EnvSource } from "./env-source.ts";
import type { KeyInVariable, makeFindKeys } from "./found-key.ts";

/**
 * Names the files in which a key stands outside of every variable, as in JSON: nothing is known of what such a key is for,
 * so the file is not said to be clean. Comments are left out.
 */
export function findOutside(
  sources: readonly EnvSource[],
  keys: readonly KeyInVariable[],
  findKeys: ReturnType<typeof makeFindKeys>,
): EnvReport["problems"] {
  return sources.flatMap((source) => {
    const { file, text } = source;
    if (file === null || text === undefined) return [];
    const known = new Set(
      keys.filter(({ at }) => at.source === source).map(({ fingerprint }) => fingerprint),
    );
    const plain = text.replaceAll(/(^|\s)#.*$/gm, "$1");
    const isOutside = (part: string): boolean =>
      findIn(part, source, findKeys).some((one) => !known.has(one));
    if (!isOutside(plain)) return [];
    const line = plain.split("\n").findIndex(isOutside) + 1;
    const where = line === 0 ? "it" : `line ${line}`;
    const reason = `${where} holds a key outside of a variable, which keywarden scan judges`;
    return [{ file, reason }];
  });
}

function findIn(
  text: string,
  source: EnvSource,
  findKeys: ReturnType<typeof makeFindKeys>,
): readonly string[] {
  const nothing = { name: "", line: null, scope: [], service: null, deployment: null, because: "" };
  return findKeys({ ...nothing, value: text, source })
    .filter(({ kind }) => kind !== "publishable")
    .map(({ fingerprint }) => fingerprint);
}
