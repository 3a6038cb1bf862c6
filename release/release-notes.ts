/**
 * Gives what CHANGELOG.md says of a version; without a section for it, what is unreleased.
 *
 * @throws Error when there is nothing to say.
 */
export function releaseNotes(changelog: string, version: string): string {
  const sections = changelog.split(/^## /m).slice(1);
  const find = (title: string): string | undefined =>
    sections
      .find((section) => section.split(/[\s\n]/, 1)[0] === title)
      ?.replace(/^.*\n/, "")
      .trim();
  const notes = find(version) ?? find("Unreleased") ?? "";
  if (notes === "") throw new Error(`CHANGELOG.md says nothing of ${version}`);
  return `# Keywarden ${version}\n\n${notes}\n`;
}
