import { posix } from "node:path";
import { deploymentOf, type Deployment } from "@keywarden/hygiene";
import type { EnvSource, DeployedAssignment } from "./env-source.ts";

type Purpose = Pick<DeployedAssignment, "deployment" | "because">;

/**
 * Says what deployment every variable belongs to. The first that speaks wins: the part itself (a job's environment), the
 * name of the file, what the user says, a variable such as NODE_ENV, and what such files are usually for.
 */
export function assignDeployments(
  sources: readonly EnvSource[],
  said: Deployment | null,
): readonly DeployedAssignment[] {
  return sources.flatMap((source) => {
    const whole = purposeOf(source, said);
    return source.assignments.map((assignment) => ({
      ...assignment,
      source,
      service: assignment.service ?? serviceOf(source),
      ...(assignment.deployment === null
        ? whole
        : { deployment: assignment.deployment, because: "that part of the file says so" }),
    }));
  });
}

function purposeOf(source: EnvSource, said: Deployment | null): Purpose {
  const named = source.file === null ? null : deploymentOfPath(source.file);
  if (named !== null) return { deployment: named, because: "the name of the file says so" };
  if (said !== null) return { deployment: said, because: "--environment says so" };
  return purposeOfVariables(source) ?? usualPurpose(source);
}

const purposeVariables = [
  "KEYWARDEN_ENVIRONMENT",
  "APP_ENV",
  "DEPLOY_ENV",
  "ENVIRONMENT",
  "VERCEL_ENV",
  "RAILS_ENV",
  "DJANGO_ENV",
  "FLASK_ENV",
  "ASPNETCORE_ENVIRONMENT",
  "NODE_ENV",
];

function purposeOfVariables({ assignments, kind }: EnvSource): Purpose | null {
  for (const name of purposeVariables) {
    const found = assignments.findLast((assignment) => assignment.name === name);
    const deployment = found === undefined ? null : deploymentOf(found.value);
    if (deployment !== null) return { deployment, because: `${name} says so` };
  }
  const ci = assignments.find(({ name, value }) => name === "CI" && /^(1|true|yes)$/i.test(value));
  return ci !== undefined && kind === "process" ? { deployment: "ci", because: "CI says so" } : null;
}

function usualPurpose({ kind, file }: EnvSource): Purpose {
  if (kind === "dotenv")
    return { deployment: "development", because: "files of this kind are for development" };
  if (file !== null && isPipeline(file)) return { deployment: "ci", because: "it is a CI configuration" };
  return { deployment: null, because: "its environment is unknown" };
}

const isPipeline = (file: string): boolean =>
  /(^|\/)(\.github\/workflows\/[^/]+|\.gitlab-ci\.ya?ml|\.circleci\/config\.ya?ml|azure-pipelines\.ya?ml|bitbucket-pipelines\.ya?ml|\.travis\.ya?ml)$/.test(
    file.replaceAll("\\", "/"),
  );

/** The first word of the file's name that says a purpose, else the nearest folder's. The folder of a CI says none. */
function deploymentOfPath(file: string): Deployment | null {
  const parts = file
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "." && part !== "..");
  for (const part of parts.toReversed().slice(0, isPipeline(file) ? 0 : 4)) {
    const words = part.split(/[^A-Za-z0-9]+/);
    const found = words.map(deploymentOf).find((deployment) => deployment !== null);
    if (found !== undefined && found !== null) return found;
  }
  return null;
}

// Files in one folder are usually of one program; what the process was given says nothing of the kind.
function serviceOf({ kind, file }: EnvSource): string | null {
  return kind === "dotenv" && file !== null ? posix.dirname(file.replaceAll("\\", "/")) : null;
}
