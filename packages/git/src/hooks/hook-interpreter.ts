const shells: ReadonlySet<string> = new Set(["sh", "bash", "dash", "ash", "ksh", "mksh", "zsh", "busybox"]);

/** Tells a hook that a POSIX shell runs, where lines can be put in, from a program or another language's script. */
export function isShellScript(content: string): boolean {
  if (content.slice(0, 8000).includes("\0")) return false;
  // git hands a hook without an interpreter's line to sh.
  if (!content.startsWith("#!")) return true;
  const [program = "", ...rest] = content.slice(2).split("\n", 1).join("").trim().split(/\s+/u);
  const words = baseName(program) === "env" ? rest.filter((word) => !/^-|=/u.test(word)) : [program];
  return shells.has(baseName(words[0] ?? ""));
}

function baseName(program: string): string {
  return (program.split(/[/\\]/u).pop() ?? "").replace(/\.exe$/iu, "");
}
