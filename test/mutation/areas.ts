import { globSync } from "node:fs";

/** What is changed on purpose, and the tests that should notice, the cheapest first: globs from the root of the repository. */
export interface Area {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/** The code that decides. */
export const areas: Readonly<Record<string, Area>> = {
  "key-format": {
    mutate: [
      "packages/key-format/src/{alphabet,attribute,check-format,checksum,parse-key,split-key,validate-key}.ts",
      "packages/key-format/src/{endpoint-for,find-format,surroundings}.ts",
      "packages/key-format/src/placeholder/{invented,placeholder}.ts",
      "packages/key-format/src/redaction/{redact,redact-within,secret-token}.ts",
    ],
    // One file for each source file, which imports it alone: the vectors load every provider for each mutant.
    tests: [
      "packages/key-format/test/{alphabet,attribute,check-format,checksum,parse-key,validate-key}.test.ts",
      "packages/key-format/test/{endpoint-for,foreign-examples,surroundings}.test.ts",
      "packages/key-format/test/{invented,placeholder,redact}.test.ts",
    ],
  },
  scan: {
    mutate: [
      "packages/scan/src/policy/{introduced,path-pattern,policy,tighten-policy,suppressor}.ts",
      "packages/scan/src/match/{choose-reading,confidence,boundary,inline-allow}.ts",
    ],
    tests: [
      "packages/scan/test/{boundary,choose-reading,confidence,policy,suppression,suppressor}.test.ts",
      "packages/scan/test/{introduced,path-pattern,read-inline-allow}.test.ts",
    ],
  },
  verifier: {
    mutate: ["packages/verifier/src/**/*.ts"],
    // Most of what a verifier decides is tested where it stands behind a server.
    tests: ["packages/verifier/test/**/*.test.ts"],
  },
  rotation: {
    mutate: [
      "packages/rotation/src/steps/*.ts",
      "packages/rotation/src/journal/replay.ts",
      "packages/rotation/src/verify-key.ts",
    ],
    tests: [
      "packages/rotation/test/journal/*.test.ts",
      "packages/rotation/test/verify-key.test.ts",
      "packages/rotation/test/steps/*.test.ts",
    ],
  },
  app: {
    mutate: [
      "apps/github-app/src/{policy,revoke-gate}.ts",
      "apps/github-app/src/jobs/{confirm,revoke}.ts",
      "apps/github-app/src/decisions/decide.ts",
      "apps/github-app/src/repositories/baseline.ts",
    ],
    tests: [
      "apps/github-app/test/{policy,confirm,revoke-records,revoke-gate,revoke-answers}.test.ts",
      "apps/github-app/test/{decide,baseline}.test.ts",
    ],
  },
  rights: {
    mutate: [
      "apps/key-server/src/auth/{authenticate,principal,right,token-limits,token-state}.ts",
      "apps/key-server/src/restrictions/{check-reach,choose-permissions}.ts",
      "apps/key-server/src/keys/find-visible-key.ts",
    ],
    tests: ["apps/key-server/test/auth/*.test.ts"],
  },
};

/** The area of that name. @throws Error when there is none, or when one of its globs matches no file any more */
export function findArea(name: string): Area {
  const area = areas[name];
  if (area === undefined) throw new Error(`no area ${name}; there are ${Object.keys(areas).join(", ")}`);
  const empty = [...area.mutate, ...area.tests]
    .flatMap(alternatives)
    .filter((glob) => globSync(glob).length === 0);
  if (empty.length > 0) throw new Error(`${name}: no file matches ${empty.join(" or ")}`);
  return area;
}

/** `a/{b,c}.ts` as `a/b.ts` and `a/c.ts`, so that each name is held to a file of its own. */
function alternatives(glob: string): readonly string[] {
  const [whole, before = "", names = "", after = ""] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(glob) ?? [];
  if (whole === undefined) return [glob];
  return names.split(",").flatMap((name) => alternatives(`${before}${name}${after}`));
}
