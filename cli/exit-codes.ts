/** What the exit code of every command means. It never depends on the output format. */
export const EXIT = {
  ok: 0,
  /** The input is wrong: a blueprint, a bundle or a file that cannot be read or written. */
  invalid: 1,
  /** The command line is wrong. */
  usage: 2,
  /** With `--detailed-exitcode`, as users of `terraform plan` expect it: there is a difference. */
  differs: 2,
  /** The question was understood and the answer is no: a lock file that differs, a text that is not formatted. */
  no: 3,
  /** Something could not be enforced on this host, or enforcement was seen to fail. */
  notEnforced: 4,
  /** A defect of nemoclaw itself. */
  bug: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
