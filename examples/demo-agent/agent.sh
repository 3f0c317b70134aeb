#!/bin/sh
# A small agent: everyday work in a shell, node and python3, and what a hijacked agent would try next.
# Prints a line per attempt, `ID worked` or `ID ERROR`. Where to try is given as NAME=VALUE arguments.
set -u
here=$(dirname "$0")
for word in "$@"; do
  case $word in
    secret=* | outside=* | socket=* | port4=* | port6=* | pid=*) export "DEMO_$word" ;;
    *) echo "agent.sh: unknown argument $word" >&2; exit 2 ;;
  esac
done

# attempt ID COMMAND...: the error is what the command said last, reduced to the kernel's words
attempt() {
  id=$1
  shift
  if said=$("$@" 2>&1 >/dev/null); then
    echo "$id worked"
  else
    echo "$id $(printf '%s' "$said" | tail -n 1 | sed 's/.*: //')"
  fi
}

write_to() { printf 'written by the agent\n' >>"$1"; }
count_words() { sort README.md | tr ' ' '\n' | grep -c agent >word-count.txt; }

attempt list-workspace ls .
attempt write-workspace write_to notes.txt
attempt pipeline count_words
attempt read-instructions cat .agent/rules.md
attempt write-scratch write_to /tmp/agent-scratch.txt
attempt git-commit sh "$here/commit.sh"
attempt write-instructions write_to .agent/rules.md
attempt read-denied cat .env
attempt read-secret cat "$DEMO_secret"
attempt write-outside write_to "$DEMO_outside"
attempt kill-outside kill -0 "$DEMO_pid"

node "$here/agent.mjs"
python3 "$here/agent.py"
