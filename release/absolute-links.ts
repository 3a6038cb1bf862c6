import { posix } from "node:path";

/**
 * Makes the relative links of a README absolute, because a tarball holds the README and not what it links to.
 *
 * `directory` is the README's folder in the repository, `web` the repository's address at the released commit or
 * tag, such as `https://github.com/keywarden/keywarden/blob/v0.1.0`.
 */
export function makeLinksAbsolute(markdown: string, directory: string, web: string): string {
  return markdown.replaceAll(
    /\]\((?!https?:|#|mailto:)([^)\s]+)\)/g,
    (_, target: string) => `](${web}/${posix.join(directory, target)})`,
  );
}
