import { ManagementError, type Transport } from "@keywarden/management";
import { safeText } from "../text/safe-text.ts";
import type { FoundExposure } from "./found-exposure.ts";

const page = 500;
const mostPages = 20;

const text = (value: unknown): string => (typeof value === "string" ? safeText(value) : "");
const object = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

/** Reads what the GitHub App has found, oldest first. @throws ManagementError */
export async function readExposures(app: Transport): Promise<readonly FoundExposure[]> {
  const found: FoundExposure[] = [];
  let after: number | null = 0;
  for (let read = 0; after !== null && read < mostPages; read += 1) {
    const query = { limit: page, ...(after > 0 && { after }) };
    const answer = await app.send({ method: "GET", path: "/v1/exposures", query });
    const { data, nextAfter } = object(answer.body);
    if (answer.status !== 200 || !Array.isArray(data))
      throw new ManagementError(
        answer.status === 401 ? "MANAGEMENT_UNAUTHORISED" : "MANAGEMENT_BAD_ANSWER",
        `the GitHub App at ${answer.url.host} answered ${answer.status}`,
        { status: answer.status },
      );
    found.push(...data.map(viewExposure));
    after = typeof nextAfter === "number" ? nextAfter : null;
  }
  return found;
}

function viewExposure(value: unknown): FoundExposure {
  const exposure = object(value);
  const repository = object(exposure["repository"]);
  const locations = Array.isArray(exposure["locations"]) ? exposure["locations"].map(object) : [];
  const [first] = locations;
  const more = locations.length > 1 ? ` and ${locations.length - 1} more` : "";
  const seenAtMs = Date.parse(text(exposure["firstSeenAt"]));
  return {
    id: String(Number(exposure["id"])),
    keyId: typeof exposure["keyId"] === "string" ? exposure["keyId"] : null,
    redacted: text(exposure["key"]),
    provider: text(exposure["provider"]) || "unknown",
    repository: text(repository["name"]) || `repository ${String(Number(repository["id"]))}`,
    visibility: text(repository["visibility"]) || "unknown",
    state: text(exposure["state"]),
    because: text(exposure["because"]),
    where: first === undefined ? "" : `${text(first["path"])}:${Number(first["line"])}${more}`,
    firstSeenAtMs: Number.isNaN(seenAtMs) ? 0 : seenAtMs,
  };
}
