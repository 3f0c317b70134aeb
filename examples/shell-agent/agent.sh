#!/bin/sh
# Tries one thing a line and says how it went. Exits 0 when everything went as the blueprint says.
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

must 'write a report into the working folder' sh -c 'date > report.txt'
must 'use the private /tmp' sh -c 'echo x > /tmp/x && rm /tmp/x'
must 'list programs' ls /usr/bin
must 'throw output away' sh -c 'echo x > /dev/null'

must_not 'read the secret next to it' grep -q . secret.txt
must_not 'read password hashes' cat /etc/shadow
must_not 'write outside the working folder' sh -c 'echo x > /etc/outside.txt'
must_not 'change a program' sh -c 'echo x >> /usr/bin/env'

exit "$failures"
