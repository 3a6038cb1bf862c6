import { realpathSync } from "node:fs";
import { isAbsolute, relative, resolve, sep } from "node:path";

/** Makes the way from a path as reports show it (see `shownPath`) to the same path as seen from the top folder. */
export function makeFromTop(top: string, directory: string): (shown: string) => string | null {
  const realTop = realpathSync(top);
  const realDirectory = realpathSync(directory);
  const known = new Map<string, string | null>();
  return (shown) => {
    let inside = known.get(shown);
    if (inside === undefined) {
      const way = relative(realTop, isAbsolute(shown) ? shown : resolve(realDirectory, shown));
      const isOutside = way === "" || way === ".." || way.startsWith(`..${sep}`) || isAbsolute(way);
      inside = isOutside ? null : sep === "/" ? way : way.replaceAll(sep, "/");
      // Asked twice for each file in turn, for the path and for the content.
      known.clear();
      known.set(shown, inside);
    }
    return inside;
  };
}
