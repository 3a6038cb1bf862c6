import type { ExposureStorage, RepositoryId } from "@keywarden/storage";
import { projectReport } from "./project-report.ts";

/** Whether nothing is under way any more that the report of a commit tells of. */
export async function isSettled(
  storage: ExposureStorage,
  knows: Pick<Parameters<typeof projectReport>[1], "providers" | "asked">,
  id: RepositoryId,
  commit: string,
): Promise<boolean> {
  const report = await storage.reports.get(id, commit);
  const repository = await storage.repositories.get(id);
  if (report === null || repository === null) return true;
  return (await projectReport(storage, { ...knows, repository, report })).openSinceMs === null;
}
