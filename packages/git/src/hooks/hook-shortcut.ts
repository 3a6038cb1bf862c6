import type { ObjectFormat } from "../repository.ts";
import { quote } from "../quote.ts";
import { joinAlternatives, type Pieces } from "./join-alternatives.ts";

/** What lets git itself prove that a commit needs no check. */
export interface HookShortcut {
  /**
   * Of these, every staged blob or path that needs the check shows one; one character a byte, a line feed only at the ends,
   * where a line begins or ends.
   */
  readonly literals: readonly string[];
  /** Likewise, as sequences of characters and of what brackets hold of several, such as `0-9a-f`. */
  readonly patterns: readonly ShortcutPattern[];
  /** What can stand before a pattern that stands apart, in the same form. */
  readonly leftBoundaries: readonly Pieces[];
  /** A file whose first line names the build of the check, from the top level or absolute, and that line. */
  readonly build: { readonly file: string; readonly id: string };
  /** Paths in the index that configure the check, and what `ls-files --stage` said of them when it was asked what it looks for. */
  readonly settings: { readonly paths: readonly string[]; readonly listing: string };
  readonly objectFormat: ObjectFormat;
}

export interface ShortcutPattern {
  readonly pieces: Pieces;
  /** Whether it counts only behind one of the left boundaries. */
  readonly standsApart: boolean;
}

/**
 * Renders the shell lines that end their subshell with 0 if git proves that no staged blob and no staged
 * path shows one of the literals, and that do nothing on any doubt.
 *
 * They run from an empty work tree, so that git reads objects and not files that look unchanged to it, and look at whole
 * blobs rather than at changed lines, because a key can be written over several of these. `--quiet` would stop before
 * the search.
 */
export function renderShortcut(shortcut: HookShortcut): string {
  const { build, settings, objectFormat } = shortcut;
  const question = `git --literal-pathspecs --no-optional-locks -c core.fsmonitor=false -c core.quotePath=true`;
  return `  # Where git itself can prove that nothing staged needs the check, the check need not start.
  if (
    IFS= read -r keywarden_build < ${quote(build.file)} || exit 1
    [ "$keywarden_build" = ${quote(build.id)} ] || exit 1
    ${elsewhere.map((name) => `[ -z "\${${name}-}" ]`).join(" && ")} || exit 1
    [ -z "\${ZSH_VERSION-}" ] && unset CDPATH && keywarden_top=$PWD && cd "\${GIT_DIR:-.git}" || exit 1
    case \${GIT_INDEX_FILE-} in
      '') GIT_INDEX_FILE=index ;;
      /* | ?:*) ;;
      *) GIT_INDEX_FILE=$keywarden_top/$GIT_INDEX_FILE ;;
    esac
    GIT_DIR=. GIT_WORK_TREE=. LC_ALL=C GIT_NO_REPLACE_OBJECTS=1 GIT_NO_LAZY_FETCH=1 GIT_ALLOW_PROTOCOL=none
    export GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE LC_ALL GIT_NO_REPLACE_OBJECTS GIT_NO_LAZY_FETCH GIT_ALLOW_PROTOCOL
    # Both halves run at the same time.
    {
      case $(git version) in
        'git version 2.'3[3-9]* | 'git version 2.'[4-9][0-9]* | 'git version '[3-9].*) ;;
        *) exit 1 ;;
      esac
      keywarden_settings=$(${question} ls-files --stage -- ${settings.paths.map(quote).join(" ")}) || exit 1
      [ "$keywarden_settings" = ${quote(settings.listing)} ] && echo same
    } | {
      keywarden_paths=$(${question} diff-index --cached --name-only --no-renames --ignore-submodules=none HEAD --) || exit 1
      case /$keywarden_paths in
        ${doubtfulPaths(shortcut).join(" | ")}) exit 1 ;;
      esac
      [ \${#keywarden_paths} -lt 50000 ] && set -f || exit 1
      IFS='
'
      set -- $keywarden_paths
      keywarden_hits=$(${question} diff-index --cached --name-only --text --no-textconv --no-ext-diff --no-renames \\
        -G${quote(shortcutExpression(shortcut))} ${emptyTrees[objectFormat]} -- "$@") && [ -z "$keywarden_hits" ] || exit 1
      IFS= read -r keywarden_settings && [ "$keywarden_settings" = same ]
    }
  ) 2> /dev/null; then
    exit 0
  fi
`;
}

// With one of these set, git looks at another location than the hook's own, or answers in another way.
const elsewhere = [
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_WORK_TREE",
  "GIT_GLOB_PATHSPECS",
  "GIT_NOGLOB_PATHSPECS",
  "GIT_ICASE_PATHSPECS",
];

// git knows these without having them.
const emptyTrees: Readonly<Record<ObjectFormat, string>> = {
  sha1: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
  sha256: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
};

/** Gives the POSIX extended expression that is found in a blob that needs the check. */
export function shortcutExpression({
  literals,
  patterns,
  leftBoundaries,
}: Pick<HookShortcut, "literals" | "patterns" | "leftBoundaries">): string {
  const apart = patterns.filter(({ standsApart }) => standsApart);
  const others = patterns.filter(({ standsApart }) => !standsApart);
  const anywhere = joinAlternatives([
    ...literals.map((text) => Array.from(text)),
    ...others.map(({ pieces }) => pieces),
  ]);
  if (apart.length === 0) return anywhere;
  return `${anywhere}|${joinAlternatives(leftBoundaries)}${joinAlternatives(apart.map(({ pieces }) => pieces))}`;
}

// As patterns of the shell, for paths behind a slash of which each stands on its own line.
function doubtfulPaths({ literals, patterns }: HookShortcut): readonly string[] {
  // git puts quotation marks around a path with any other character.
  const inPath = literals.filter((text) => /^[ !#-[\]-~]+$/u.test(text));
  const globs = patterns
    .filter(({ pieces }) => !pieces.includes("\0"))
    .map(({ pieces, standsApart }) => (standsApart ? "[!0-9A-Za-z]" : "") + globFor(pieces));
  // Behind an escape, a letter or digit may stand before a key; git quotes a path with a backslash.
  const escapes = ["'%'", "=[0-9A-F]", "'[m'", "'['[0-9\\;]*m"];
  return ["/", `*'"'*`, ...[...inPath.map(quote), ...globs, ...escapes].map((text) => `*${text}*`)];
}

// A shell reads a character in quotation marks of its own four times.
function globFor(pieces: Pieces): string {
  let [glob, plain] = ["", ""];
  const quoted = (): string => (plain === "" ? "" : quote(plain));
  for (const piece of pieces) {
    if (piece.length === 1) plain += piece;
    else [glob, plain] = [`${glob}${quoted()}[${piece}]`, ""];
  }
  return glob + quoted();
}
