import { deploymentOf, type Deployment } from "@keywarden/hygiene";

/** What the tags of a key say about where it is used: `service:billing`, `env:production` or `environment:ci`. */
export function readTags(tags: readonly string[]): {
  readonly services: readonly string[];
  readonly deployedIn: readonly Deployment[];
} {
  const valuesOf = (names: readonly string[]): readonly string[] =>
    tags.flatMap((tag) => {
      const [name = "", ...rest] = tag.split(/[:=]/);
      const value = rest.join(":").trim();
      return names.includes(name.trim().toLowerCase()) && value !== "" ? [value] : [];
    });
  return {
    services: valuesOf(["service", "app"]),
    deployedIn: valuesOf(["env", "environment", "deployed-in"]).flatMap((word) => deploymentOf(word) ?? []),
  };
}
