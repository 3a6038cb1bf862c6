// One assignment as dotenv reads it: quoted values may span lines, so their insides are never taken for assignments.
const assignment =
  /^(\uFEFF|\u00EF\u00BB\u00BF)?([^\S\r\n]*(?:export[^\S\r\n]+)?([\w.-]+)[^\S\r\n]*=[^\S\r\n]*)('(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`|[^#\r\n]*?)(?=[^\S\r\n]*(?:#[^\r\n]*)?(?:\r?$|(?![\s\S])))/gm;

/**
 * Gives a variable a value in the text of a `.env` file: every assignment of the name is changed and keeps its quotes,
 * a missing one is added at the end; every other character is kept.
 */
export function setVariable(text: string, name: string, value: string): string {
  let isThere = false;
  const changed = text.replace(
    assignment,
    (whole: string, mark: string | undefined, before: string, found: string, old: string) => {
      if (found !== name) return whole;
      isThere = true;
      const quote = /^(['"`]).*\1$/s.exec(old)?.[1] ?? "";
      return `${mark ?? ""}${before}${quote}${value}${quote}`;
    },
  );
  if (isThere) return changed;
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = text === "" || text.endsWith("\n") ? "" : lineEnd;
  return `${text}${gap}${name}=${value}${lineEnd}`;
}

/** Reads the value of a variable, without its quotes; the last assignment counts; null if there is none. */
export function readVariable(text: string, name: string): string | null {
  const found = [...text.matchAll(assignment)].findLast(([, , , given]) => given === name)?.[4];
  return found === undefined ? null : (/^(['"`])(.*)\1$/s.exec(found)?.[2] ?? found);
}
