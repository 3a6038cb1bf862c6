/** Where in a push a key was seen. */
export type Place =
  | { readonly in: "file"; readonly path: string }
  | { readonly in: "path"; readonly path: string }
  /** The path of an archive and, behind `!/`, the one inside it. */
  | { readonly in: "archive"; readonly path: string }
  | { readonly in: "commit"; readonly id: string }
  | { readonly in: "tag"; readonly id: string }
  | { readonly in: "ref"; readonly ref: string };

/** Writes a location as the path of an occurrence; git has no path that starts with a slash, so a slash marks what is not a file. */
export function placeToPath(place: Place): string {
  switch (place.in) {
    case "file":
      return place.path;
    case "path":
    case "archive":
      return `/${place.in}/${place.path}`;
    case "commit":
    case "tag":
      return `/${place.in}/${place.id}`;
    case "ref":
    default:
      return `/ref/${place.ref}`;
  }
}

/** Reads what {@link placeToPath} wrote. */
export function placeFromPath(path: string): Place {
  const [, kind, rest = ""] = /^\/(path|archive|commit|tag|ref)\/(.*)$/su.exec(path) ?? [];
  if (kind === "path" || kind === "archive") return { in: kind, path: rest };
  if (kind === "ref") return { in: "ref", ref: rest };
  if (kind === "commit" || kind === "tag") return { in: kind, id: rest };
  return { in: "file", path };
}

/** Names a place for people; `line` counts only inside files and what is packed in them. */
export function describePlace(place: Place, line: number): string {
  switch (place.in) {
    case "file":
    case "archive":
      return `${place.path}:${line}`;
    case "path":
      return `the name of ${place.path}`;
    case "commit":
      return `the message or author of commit ${place.id.slice(0, 12)}`;
    case "tag":
      return `the message of tag object ${place.id.slice(0, 12)}`;
    case "ref":
    default:
      return `the name of ${place.ref}`;
  }
}
