# Runs keywarden for a hook that is committed with a project: sh .../keywarden/dist/hook.sh <hook> "$@".
#
# The committed lines name this file and nothing else, so an upgrade changes none of them. What belongs to this
# machine alone, the Node to run and the texts that git searches for, lies in the git directory; hook install
# writes it there.
keywarden_hook=${1-}
[ $# -eq 0 ] || shift
keywarden_package=${0%/*}
case $keywarden_hook in
  pre-commit | pre-merge-commit) set -- scan --staged ;;
  # A coding agent's hook, rather than git's.
  guard) set -- guard "$@" ;;
  commit-msg | pre-push) set -- hook "$keywarden_hook" -- "$@" ;;
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

# Graphical git clients start hooks without the shell's PATH.
if [ -f "$keywarden_local/node" ] && IFS= read -r keywarden_node < "$keywarden_local/node" \
  && [ -x "$keywarden_node" ]; then
  exec "$keywarden_node" "$keywarden_package/main.js" "$@"
fi
if command -v node > /dev/null 2>&1; then
  exec node "$keywarden_package/main.js" "$@"
fi
printf '%s\n' >&2 \
  'keywarden: blocked, because Node is not on the PATH of the program that started git.' \
  'A graphical git client does not read your shell'\''s settings. In a terminal of this repository, run once:' \
  "  node $keywarden_package/main.js hook install" \
  'It notes where Node is. Without Node on this machine, install Node 22.18 or newer.'
exit 2
