#!/bin/sh
# Works on packages/search and tries what the blueprint forbids. Exits 0 when everything went as the blueprint says.
failures=0

must() {
  what=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "allowed  $what"; else echo "REFUSED  $what"; failures=$((failures + 1)); fi
}

must_not() {
  what=$1
  shift
  if "$@" >/dev/null 2>&1; then echo "ALLOWED  $what"; failures=$((failures + 1)); else echo "refused  $what"; fi
}

must 'read another package' cat packages/shop/src/shop.c
must 'write its own package' sh -c 'echo "/* seen */" > packages/search/src/notes.c'
must 'make a folder in its own package' sh -c 'mkdir packages/search/build && rmdir packages/search/build'

must_not 'change its interface' sh -c 'echo >> packages/search/api/search.h'
must_not 'replace its interface' mv packages/search/src/notes.c packages/search/api/search.h
must_not 'move its interface away' mv packages/search/api packages/search/old
must_not 'change another package' sh -c 'echo >> packages/shop/src/shop.c'
must_not 'read a key' grep -q . deploy/keys/production.key

exit "$failures"
