// `npm run bench [-- <section>[:<measure>,…] …]`: measurements on this machine. It prints numbers and judges none.
import { cpus, totalmem } from "node:os";
import { benchApp } from "./app/bench-app.ts";
import { benchBetterAuth } from "./better-auth.ts";
import { benchGuard } from "./guard.ts";
import { benchCommits } from "./commits.ts";
import { benchConsole } from "./console.ts";
import { benchHook } from "./hook.ts";
import { benchImport } from "./import.ts";
import { benchList } from "./list.ts";
import { benchMatcher } from "./matcher.ts";
import { benchMemory } from "./memory.ts";
import { benchPackageLists } from "./package-lists.ts";
import { benchPreReceive } from "./pre-receive.ts";
import { benchPushToRevoked } from "./push-to-revoked.ts";
import { benchQuality } from "./quality/quality.ts";
import { benchRecipes } from "./recipes.ts";
import { renderSection } from "./report.ts";
import type { Section } from "./report.ts";
import { benchScan } from "./scan.ts";
import { benchServerMemory } from "./server-memory.ts";
import { benchStartUp } from "./start-up.ts";
import { benchTerminal } from "./terminal.ts";
import { benchTree } from "./tree.ts";
import { benchVerify } from "./verify.ts";
import { benchVerifyShared } from "./verify-shared.ts";

const sections: Readonly<
  Record<string, (chosen: readonly string[]) => string | Section | Promise<string | Section>>
> = {
  hook: benchHook,
  recipes: benchRecipes,
  guard: benchGuard,
  "start-up": benchStartUp,
  matcher: benchMatcher,
  scan: benchScan,
  tree: benchTree,
  verify: benchVerify,
  "verify-shared": benchVerifyShared,
  "better-auth": benchBetterAuth,
  list: benchList,
  import: benchImport,
  "server-memory": benchServerMemory,
  memory: benchMemory,
  push: benchPushToRevoked,
  app: benchApp,
  "pre-receive": benchPreReceive,
  terminal: benchTerminal,
  console: benchConsole,
  "package-lists": benchPackageLists,
  commits: benchCommits,
  quality: benchQuality,
};

// The measures of the App alone can be chosen.
const wanted = new Map(
  process.argv.slice(2).map((word) => {
    const [name = "", chosen = ""] = word.split(":");
    return [name, chosen.split(",").filter(Boolean)];
  }),
);
const unknown = [...wanted].flatMap(([name, chosen]) =>
  name in sections && (name === "app" || chosen.length === 0) ? [] : [[name, ...chosen].join(":")],
);
if (unknown.length > 0) {
  console.error(`no section ${unknown.join(", ")}; there are: ${Object.keys(sections).join(", ")}`);
  process.exit(2);
}
const memoryGib = Math.round(totalmem() / 2 ** 30);
console.log(
  `${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${memoryGib} GiB, ${process.platform}, Node ${process.version}`,
);
for (const [name, bench] of Object.entries(sections)) {
  if (wanted.size === 0 || wanted.has(name)) {
    const measured = await bench(wanted.get(name) ?? []);
    console.log(typeof measured === "string" ? measured : renderSection(measured));
  }
}
