const set = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** What stands before the program that a command runs: words of the shell, and programs that start another one. */
export const prefixes = set(
  "if then elif else while until do ! { } time coproc sudo doas command exec nohup builtin env nice ionice timeout stdbuf " +
    "setsid xargs parallel watch strace ltrace unbuffer script busybox toybox docker podman kubectl nerdctl wsl chroot su ssh " +
    "npx bunx pnpm yarn bun uv poetry",
);
/** The programs that run a shell text. */
export const shells = /^(?:ba|z|da|k|fi|a)?sh$/;
/** The programs that run code which a command may hold. */
export const interpreters =
  /^(?:python|node|ruby|perl|php|deno|bun|lua|tclsh|osascript|pwsh|powershell)[\d.]*$/;

/** The programs that print, draw, pack or send whatever they are given. */
export const readers = set(
  "cat tac less more most head tail bat batcat nl od xxd hexdump hd strings base64 base32 basenc cut paste sort uniq diff " +
    "sdiff vimdiff colordiff delta cmp comm join fold fmt pr rev column expand unexpand iconv split csplit shuf look view vi " +
    "vim nvim nano emacs ed ex code pbcopy xclip xsel clip zip gzip zcat bzip2 xz zstd 7z cpio uuencode gpg type " +
    "get-content gc select-string sls format-hex print lp lpr mapfile",
);
/** The programs whose first operand is no file. */
export const searchers = set("grep egrep fgrep zgrep rg ag ack sed awk gawk mawk nawk jq yq xq dasel gron");
/** The programs that give a file another name or folder. */
export const movers = set("cp mv ln install rsync scp copy-item move-item rename-item");
