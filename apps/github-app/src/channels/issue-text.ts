import type { ExposureView } from "../operate/views.ts";
import { refDigestOf } from "../repositories/digest-of.ts";
import { codeSpan } from "../report/code-span.ts";
import { makeNotice } from "./notice.ts";
import { isTold } from "./notice-jobs.ts";

/** An issue in the words of GitHub's API. */
export interface IssueText {
  readonly title: string;
  readonly body: string;
  readonly state: "open" | "closed";
  readonly state_reason: "completed" | "not_planned" | "reopened";
}

// GitHub takes 256.
const longestTitle = 250;
const underWay: ReadonlySet<string> = new Set(["waiting", "revoke"]);

/** Says what is decided about an exposure, in an issue that is open as long as somebody has to do something. */
export function writeIssue(exposure: ExposureView): IssueText {
  const { title, facts, remedy } = makeNotice(exposure);
  const isRevoked = exposure.state === "revoked";
  const isOpen =
    !isRevoked && (isTold(exposure) || underWay.has(exposure.state) || exposure.reason === "replacing");
  const lines = [
    ...facts.map(([fact, value]) => `* ${fact}: ${codeSpan(value)}`),
    ...(remedy === null ? [] : ["", `**Next:** ${codeSpan(remedy)}`]),
    "",
    "Keywarden keeps this issue up to date, and closes it when the key is revoked.",
    markerOf(exposure),
  ];
  return {
    title: title.slice(0, longestTitle),
    body: lines.join("\n"),
    state: isOpen ? "open" : "closed",
    state_reason: isOpen ? "reopened" : isRevoked ? "completed" : "not_planned",
  };
}

/** A line by which the App knows the issue again; it follows from the key and the repository alone. */
export function markerOf({
  fingerprint,
  repository,
}: Pick<ExposureView, "fingerprint" | "repository">): string {
  const { host, id } = repository;
  return `<!-- keywarden ${refDigestOf(`${host} ${id} ${fingerprint}`).slice(0, 32)} -->`;
}
