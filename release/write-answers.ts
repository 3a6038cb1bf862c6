import { pathToFileURL } from "node:url";

/** Writes the functions of a file, which take nothing, as what they give. */
export async function writeAnswers(
  path: string,
  ask = (answer: () => unknown) => answer(),
): Promise<{ readonly contents: string }> {
  const functions = (await import(pathToFileURL(path).href)) as Readonly<Record<string, () => unknown>>;
  const lines = Object.entries(functions).map(
    ([name, answer]) => `export const ${name} = () => (${JSON.stringify(ask(answer))});`,
  );
  return { contents: lines.join("\n") };
}
