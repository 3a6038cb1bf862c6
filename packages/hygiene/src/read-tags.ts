import { deploymentOf } from "./deployment-of.ts";
import type { Deployment } from "./key-facts.ts";

/** What the tags of a key say about where it is used: `service:billing`, `env:production` or `environment:ci`. */
export function readTags(tags: readonly string[]): {
  readonly services: readonly string[];
  readonly deployedIn: readonly Deployment[];
} {
  const read = tags.map(readTag);
  return {
    services: read.flatMap(({ service }) => service ?? []),
    deployedIn: read.flatMap(({ deployment }) => deployment ?? []),
  };
}

/** The tags that say one of these services or deployments. */
export function tagsThatSay(tags: readonly string[], values: readonly string[]): readonly string[] {
  return tags.filter((tag) => {
    const { service, deployment } = readTag(tag);
    return [service, deployment].some((said) => said !== undefined && said !== null && values.includes(said));
  });
}

function readTag(tag: string): { readonly service?: string; readonly deployment?: Deployment | null } {
  const [name = "", ...rest] = tag.split(/[:=]/);
  const value = rest.join(":").trim();
  const subject = name.trim().toLowerCase();
  if (value === "") return {};
  if (["service", "app"].includes(subject)) return { service: value };
  if (["env", "environment", "deployed-in"].includes(subject)) return { deployment: deploymentOf(value) };
  return {};
}
