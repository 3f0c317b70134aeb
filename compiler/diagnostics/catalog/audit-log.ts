import { entry } from '../entry.ts';

const PLACES =
  'Every line names the SHA-256 of the line before it and has a number. The first line that does not follow is the place ' +
  'that is said; what is after it may be wrong as well. ';

export const auditLogEdited = entry<{ damage: string }>('NC2200', 'audit/log-edited', 'error', {
  message: ({ damage }) => `the audit log was changed: ${damage}`,
  help: () =>
    'keep the log as it is, and compare it with a copy from elsewhere; what is before that line is as it was written',
  explanation:
    `${PLACES}A crash leaves no such log: it cuts off the end, and nothing else. A changed line is one that is not what was ` +
    'written, be it by a single bit; missing, moved, repeated and foreign lines are told apart by what comes later in the log. A ' +
    "signature that is not the key's means that somebody without the key wrote the log anew from some line on.",
});

export const auditLogCut = entry<{ file: string; bytes: number }>('NC2201', 'audit/log-cut', 'error', {
  message: ({ file, bytes }) =>
    bytes > 0
      ? `the audit log ends within a line: \`${file}\` has ${bytes} bytes of it`
      : `the audit log has no last word: \`${file}\` ends without \`closed\`, and no process writes it`,
  help: () =>
    'start the sandbox again, which goes on with the log and says what was cut; or accept it with --accept-cut',
  explanation:
    'This is what a crash of the host or of the process that writes the log leaves. No event that was acknowledged is missing, ' +
    'since each was on disk before; what was cut off was never answered. From the lines alone it cannot be told from somebody ' +
    'who took away the end. `--last-checkpoint`, with the file that is kept outside of the log, tells it up to the last ' +
    'signature, and the process that writes the log looks at that file each time it starts.',
});

export const auditNotVouched = entry<{ key: string }>('NC2202', 'audit/not-vouched', 'error', {
  message: ({ key }) => `no line of the audit log is signed by \`${key}\``,
  help: () =>
    'give the key that the first line of the log names: audit-key.pub.pem in the state folder of the sandbox',
  explanation:
    'A chain alone shows that a log is of one piece. Whoever may write it can also write it anew, chain and all. A signature of a ' +
    'key that is kept elsewhere cannot be written anew, so what it vouches for is as it was when it was signed.',
});

export const auditKeyUnusable = entry<{ path: string; problem: string }>(
  'NC2203',
  'audit/key-unusable',
  'error',
  {
    message: ({ path, problem }) => `\`${path}\` ${problem}`,
    explanation:
      'The signatures of an audit log are Ed25519. Its public key is a PEM file that starts with `-----BEGIN PUBLIC KEY-----`; the ' +
      'last signed line is a small JSON file. Both are made beside the private key, in the state folder of the sandbox.',
  },
);

export const auditLogEmpty = entry<{ path: string }>('NC2204', 'audit/log-empty', 'error', {
  message: ({ path }) => `\`${path}\` holds no audit log`,
  help: () => 'give the folder with the files audit-0000000000000000.jsonl and so on, or the files',
  explanation:
    'A log that is not there proves nothing, so the answer is not that it is whole. The files of a log are named by the number of ' +
    'their first event.',
});

export const auditGroupsBeyond = entry<{ count: number }>('NC2205', 'audit/groups-beyond-bound', 'warning', {
  message: ({ count }) => `${count} decisions are in no group, because there are too many different ones`,
  help: () => 'ask for a shorter time, or count by something that differs less',
  explanation:
    'Counting keeps a bounded number of groups in memory. Decisions that would need a further one are counted as such and are in ' +
    'none of the groups that are printed.',
});
