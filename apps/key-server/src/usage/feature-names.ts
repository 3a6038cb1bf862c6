import { featureName, OTHER } from "./feature-name.ts";

/** Names features, with a bound on how many names there are. */
export interface FeatureNames {
  /**
   * Only a request that was let in brings a new name: strangers could otherwise fill the list. A route whose path is
   * known as a template is named by the template.
   */
  nameOf(
    request: { readonly method?: string | undefined; readonly path?: string | undefined },
    isAllowed: boolean,
    atMs: number,
  ): string;
}

const MOST_NAMES = 1000;
const MOST_PATHS = 5000;
const DAY_MS = 86_400_000;

/** Up to 1,000 names a UTC day, then "other"; paths that come again are not read again. */
export function makeFeatureNames(): FeatureNames {
  let day = 0;
  const names = new Set<string>();
  const known = new Map<string, Map<string, string>>();
  let paths = 0;

  const startDay = (atMs: number): void => {
    const today = Math.floor(atMs / DAY_MS);
    if (today === day) return;
    day = today;
    names.clear();
    known.clear();
    paths = 0;
  };

  const remember = (method: string, path: string, name: string): void => {
    if (paths >= MOST_PATHS) {
      known.clear();
      paths = 0;
    }
    let ofMethod = known.get(method);
    if (ofMethod === undefined) known.set(method, (ofMethod = new Map()));
    ofMethod.set(path, name);
    paths += 1;
  };

  return {
    nameOf: ({ method = "", path }, isAllowed, atMs) => {
      startDay(atMs);
      const remembered = path === undefined ? undefined : known.get(method)?.get(path);
      if (remembered !== undefined) return remembered;
      const name = featureName(method, path);
      if (!names.has(name)) {
        if (!isAllowed || names.size >= MOST_NAMES) return OTHER;
        names.add(name);
      }
      if (path !== undefined && path.length <= 300) remember(method, path, name);
      return name;
    },
  };
}
