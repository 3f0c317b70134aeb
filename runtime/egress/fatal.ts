import { writeSync } from 'node:fs';

/** Exit codes of the gateway, which its parent acts by. */
export const GATEWAY_EXITS = {
  /** It was asked to stop. */
  stopped: 0,
  /** What it was started with is wrong; starting it again changes nothing. */
  unusable: 1,
  /** Something failed that may be over when it is started again, such as a full disk. */
  failed: 4,
  bug: 70,
} as const;

/**
 * Ends the process with one line of JSON on standard error. Messages are ours, and name files and codes of the system only:
 * nothing that came through the gateway, and no stack.
 */
export function fatal(why: keyof typeof GATEWAY_EXITS, message: string): never {
  try {
    writeSync(2, `${JSON.stringify({ fatal: why, message })}\n`);
  } finally {
    process.exit(GATEWAY_EXITS[why]);
  }
}
