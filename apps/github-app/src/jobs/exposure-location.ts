/** Where in a push a key was seen. */
export type ExposureLocation =
  | { readonly in: "file"; readonly path: string }
  | { readonly in: "path"; readonly path: string }
  /** The path of an archive and, behind `!/`, the one inside it. */
  | { readonly in: "archive"; readonly path: string }
  | { readonly in: "commit"; readonly id: string }
  | { readonly in: "tag"; readonly id: string }
  | { readonly in: "ref"; readonly ref: string };

/** Writes a location as the path of an occurrence; git has no path that starts with a slash, so a slash marks what is not a file. */
export function locationToPath(location: ExposureLocation): string {
  switch (location.in) {
    case "file":
      return location.path;
    case "path":
    case "archive":
      return `/${location.in}/${location.path}`;
    case "commit":
    case "tag":
      return `/${location.in}/${location.id}`;
    case "ref":
    default:
      return `/ref/${location.ref}`;
  }
}

/** Reads what {@link locationToPath} wrote. */
export function locationFromPath(path: string): ExposureLocation {
  const [, kind, rest = ""] = /^\/(path|archive|commit|tag|ref)\/(.*)$/su.exec(path) ?? [];
  if (kind === "path" || kind === "archive") return { in: kind, path: rest };
  if (kind === "ref") return { in: "ref", ref: rest };
  if (kind === "commit" || kind === "tag") return { in: kind, id: rest };
  return { in: "file", path };
}

/** Names a location for people; `line` counts only inside files and what is packed in them. */
export function describeExposureLocation(location: ExposureLocation, line: number): string {
  switch (location.in) {
    case "file":
    case "archive":
      return `${location.path}:${line}`;
    case "path":
      return `the name of ${location.path}`;
    case "commit":
      return `the message or author of commit ${location.id.slice(0, 12)}`;
    case "tag":
      return `the message of tag object ${location.id.slice(0, 12)}`;
    case "ref":
    default:
      return `the name of ${location.ref}`;
  }
}
