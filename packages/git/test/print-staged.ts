// Runs inside a real pre-commit hook: prints what the next commit changes, as one line of JSON.
import { appendFileSync } from "node:fs";
import { listStaged, openRepository, readObjects } from "@keywarden/git";

const repository = await openRepository(process.cwd(), process.env);
const lines: string[] = [];
for (const { status, path, newId, mergedIds } of await listStaged(repository)) {
  let content = "";
  if (newId !== null && !mergedIds.includes(newId)) {
    for await (const { bytes } of readObjects(repository, [newId])) content = bytes.toString();
  }
  lines.push(`${status} ${path.toString()} ${content}`.trim());
}
appendFileSync(process.env["HOOK_LOG"] ?? "", `${JSON.stringify(lines)}\n`);
