import { readFileSync } from 'node:fs';

/** Names the time since the machine was started: 32 hexadecimal digits. Throws the file system's own errors. */
export function thisBoot(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').replaceAll(/[^0-9a-f]/g, '');
}
