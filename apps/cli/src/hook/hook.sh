# Runs keywarden for a hook: sh .../keywarden/dist/hook.sh <hook> "$@".
#
# A hook names this file and nothing else, so an upgrade changes no line that is committed. What belongs to this
# machine alone, the Node to run and the texts that git searches for, lies in the git directory; hook install
# writes it there.
# In braces, so that a shell that finds only the beginning of this file runs nothing of it.
{
# A script of which nothing is left but zeros ends with 0 as well, so whoever starts this one asks for another status.
keywarden_answer=${keywarden_done-}
unset keywarden_done
[ -z "$keywarden_answer" ] || trap '[ $? -ne 0 ] || exit "$keywarden_answer"' 0
keywarden_hook=${1-}
[ $# -eq 0 ] || shift
keywarden_package=${0%/*}
case $keywarden_hook in
  pre-commit | pre-merge-commit) set -- scan --staged ;;
  # A coding agent's hook, rather than git's.
  guard) set -- guard "$@" ;;
  commit-msg | pre-push) set -- hook "$keywarden_hook" -- "$@" ;;
  pre-receive) set -- hook "$keywarden_hook" "$@" ;;
  *)
    printf '%s\n' "keywarden: no hook named \"$keywarden_hook\" can stop a key." >&2
    exit 2
    ;;
esac

keywarden_local=${GIT_DIR:-.git}
if [ -f "$keywarden_local/commondir" ] && IFS= read -r keywarden_common < "$keywarden_local/commondir"; then
  case $keywarden_common in
    /* | ?:*) keywarden_local=$keywarden_common ;;
    *) keywarden_local=$keywarden_local/$keywarden_common ;;
  esac
fi
keywarden_local=$keywarden_local/keywarden

# Ends here where git itself proves that nothing staged needs the check.
if [ -f "$keywarden_local/$keywarden_hook" ]; then
  . "$keywarden_local/$keywarden_hook"
fi

keywarden_incomplete() {
  printf '%s\n' >&2 \
    "keywarden: blocked, because its package is incomplete: $keywarden_package/main.js is missing, empty or damaged." \
    'Install the packages again, for example with: npm ci'
  exit 2
}
[ -s "$keywarden_package/main.js" ] || keywarden_incomplete

# Asks git, while Node starts, what the check is going to ask it: answers, each with its exit status and question behind
# it. What does not arrive whole and well is asked again by the check. Runs in a subshell, as the left side of a pipe.
keywarden_answers() {
  # A check that ends before it has read all has its own exit status.
  trap '' PIPE
  unset GIT_GLOB_PATHSPECS GIT_NOGLOB_PATHSPECS GIT_ICASE_PATHSPECS
  GIT_NO_LAZY_FETCH=1 GIT_NO_REPLACE_OBJECTS=1 GIT_GRAFT_FILE=/dev/null/none GIT_ALLOW_PROTOCOL=none
  GIT_TERMINAL_PROMPT=0 LC_ALL=C
  export GIT_NO_LAZY_FETCH GIT_NO_REPLACE_OBJECTS GIT_GRAFT_FILE GIT_ALLOW_PROTOCOL GIT_TERMINAL_PROMPT LC_ALL
  printf '%s\n' "$$"
  keywarden_ask rev-parse --path-format=absolute --is-bare-repository --show-object-format --git-dir --git-common-dir \
    --show-toplevel
  keywarden_ask diff-index --cached --raw -z --no-abbrev --no-renames --ignore-submodules=none \
    --ita-invisible-in-index HEAD --
  keywarden_ask ls-files --stage -z -- keywarden.json .keywarden/baseline
  return 0
}
keywarden_ask() {
  git --literal-pathspecs --no-optional-locks -c core.fsmonitor=false "$@"
  printf '\n\000\000%s %s\n' "$?" "$*"
}

# Starts the check by a Node; comes back only where that cannot be started.
keywarden_start() {
  keywarden_node=$1
  shift
  keywarden_status=9
  case $keywarden_hook in
    pre-commit | pre-merge-commit)
      # Room for all that most checks make, so that none of it is collected: that takes longer than the room.
      keywarden_answers 2> /dev/null |
        keywarden_done=89 KEYWARDEN_ANSWERS=$$ "$keywarden_node" --min-semi-space-size=8 "$keywarden_package/main.js" "$@"
      keywarden_status=$?
      ;;
  esac
  # With it, a Node ends that does not know the option.
  if [ "$keywarden_status" -eq 9 ]; then
    keywarden_done=89 "$keywarden_node" "$keywarden_package/main.js" "$@"
    keywarden_status=$?
  fi
  case $keywarden_status in
    126 | 127) ;;
    89) exit 0 ;;
    # A program that is cut off behind a statement ends so, and has not looked.
    0) keywarden_incomplete ;;
    # Ended by a signal that no person sends: ILL, TRAP, ABRT, BUS, KILL of a kernel without memory, SEGV.
    13[2-579])
      printf '%s\n' >&2 \
        "keywarden: blocked, because Node ended in the middle of the check (status $keywarden_status), so nobody knows what is in it." \
        'It may have had too little memory, or too few open files (ulimit -a tells). Try it again.'
      exit 2
      ;;
    *) exit "$keywarden_status" ;;
  esac
}

# Starts it by a Node that nobody has chosen, if that is new enough.
keywarden_try() {
  [ -f "$1" ] && [ -x "$1" ] || return 0
  keywarden_version=$("$1" -v 2> /dev/null < /dev/null)
  case $keywarden_version in
    v22.1[89].* | v22.[2-9][0-9].* | v2[3-9].* | v[3-9][0-9].*)
      keywarden_start "$@"
      keywarden_version=
      ;;
    v*) keywarden_old=${keywarden_old:-$1} ;;
  esac
  keywarden_tried="$keywarden_tried
  $1, which ${keywarden_version:+is }${keywarden_version:-does not start}"
}

# Graphical git clients start hooks without the shell's PATH.
keywarden_tried=
keywarden_old=
# Settings that are a person's own name theirs.
keywarden_noted=${keywarden_chosen-}
if [ -z "$keywarden_noted" ] && [ -f "$keywarden_local/node" ]; then
  IFS= read -r keywarden_noted < "$keywarden_local/node"
fi
if [ -n "$keywarden_noted" ]; then
  keywarden_tried="
  $keywarden_noted, which is gone"
  if [ -x "$keywarden_noted" ]; then
    keywarden_start "$keywarden_noted" "$@"
    keywarden_tried="
  $keywarden_noted, which does not start"
  fi
fi

# That one belongs to a version that was removed, or nobody has noted one. With a colon at its end, PATH is split whole.
keywarden_rest=${PATH-}:
while [ -n "$keywarden_rest" ]; do
  keywarden_try "${keywarden_rest%%:*}/node" "$@"
  keywarden_rest=${keywarden_rest#*:}
done
for keywarden_place in \
  "${NVM_DIR:-${HOME-}/.nvm}"/versions/node/*/bin "${VOLTA_HOME:-${HOME-}/.volta}/bin" \
  "${HOME-}/.local/share/fnm/aliases/default/bin" /opt/homebrew/bin /usr/local/bin /usr/bin; do
  case :${PATH-}: in *":$keywarden_place:"*) ;; *) keywarden_try "$keywarden_place/node" "$@" ;; esac
done
# An older one hands over to the Node that the project has as a package, or says what to add.
[ -z "$keywarden_old" ] || keywarden_start "$keywarden_old" "$@"
printf '%s\n' >&2 \
  'keywarden: blocked, because no Node was found that can run the check.' \
  "Tried:$keywarden_tried
  PATH, and where nvm, Volta, fnm and Homebrew keep it"
case $keywarden_hook in
  pre-receive)
    printf '%s\n' >&2 'Install Node 22.18 or newer on this server, or add its folder to PATH in the hook.'
    ;;
  guard)
    printf '%s\n' >&2 \
      'Install Node 22.18 or newer. If a terminal has one, this agent was started without your PATH: run there, once,' \
      "  node $keywarden_package/main.js guard install --agent <name>"
    ;;
  *)
    printf '%s\n' >&2 \
      'Install Node 22.18 or newer. If a terminal has one, git was started without your PATH: run there, once,' \
      "  node $keywarden_package/main.js hook install"
    ;;
esac
exit 2
}
