import type { operations } from "@octokit/openapi-types";
import { isoSeconds } from "../state.ts";
import type { StoredCheckRun } from "../state.ts";

/** What create and update have in common. */
export type CheckRunRequest = operations["checks/update"]["requestBody"]["content"]["application/json"];

const longestTitle = 255;
const largestMessageBytes = 64 * 1024;

/** GitHub's limits that its description leaves out, in the words of its answer; null when they are kept. */
export function judgeCheckRun({ output, conclusion, status }: CheckRunRequest): string | null {
  const problems = [
    ...((output?.title?.length ?? 0) > longestTitle
      ? [`Only ${longestTitle} characters are allowed in title; ${output?.title?.length ?? 0} were supplied.`]
      : []),
    ...(status === "completed" && conclusion === undefined ? ['"conclusion" wasn\'t supplied.'] : []),
    ...(output?.annotations ?? []).flatMap((annotation) => [
      ...(annotation.end_line < annotation.start_line ? ["end_line must not come before start_line."] : []),
      ...(annotation.start_line !== annotation.end_line &&
      (annotation.start_column !== undefined || annotation.end_column !== undefined)
        ? ["start_column and end_column are only allowed when start_line equals end_line."]
        : []),
      ...[annotation.message, annotation.raw_details ?? ""]
        .filter((text) => Buffer.byteLength(text) > largestMessageBytes)
        .map(() => "Annotation message and raw_details may be 64 KB at most."),
    ]),
  ];
  return problems.length === 0 ? null : `Invalid request.\n\n${problems.join("\n")}`;
}

/** The run after a request: given fields replace, annotations append, a conclusion completes. */
export function applyCheckRun(run: StoredCheckRun, wanted: CheckRunRequest, nowMs: number): StoredCheckRun {
  const conclusion = wanted.conclusion ?? run.conclusion;
  const status = wanted.conclusion === undefined ? (wanted.status ?? run.status) : "completed";
  const isCompleted = status === "completed";
  return {
    ...run,
    name: wanted.name ?? run.name,
    external_id: wanted.external_id ?? run.external_id,
    details_url: wanted.details_url ?? run.details_url,
    status,
    conclusion: isCompleted ? conclusion : null,
    started_at: wanted.started_at ?? run.started_at ?? isoSeconds(nowMs),
    completed_at: isCompleted ? (wanted.completed_at ?? run.completed_at ?? isoSeconds(nowMs)) : null,
    output: {
      title: wanted.output?.title ?? run.output.title,
      summary: wanted.output?.summary ?? run.output.summary,
      text: wanted.output?.text ?? run.output.text,
    },
    annotations: [
      ...run.annotations,
      ...(wanted.output?.annotations ?? []).map((annotation) => ({
        path: annotation.path,
        start_line: annotation.start_line,
        end_line: annotation.end_line,
        start_column: annotation.start_column ?? null,
        end_column: annotation.end_column ?? null,
        annotation_level: annotation.annotation_level,
        title: annotation.title ?? null,
        message: annotation.message,
        raw_details: annotation.raw_details ?? null,
      })),
    ],
    actions: wanted.actions ?? run.actions,
  };
}
