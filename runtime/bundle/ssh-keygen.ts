import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isSshSignature, SSH_NAMESPACE } from '../../compiler/bundle/signature/ssh-envelope.ts';

/** What `ssh-keygen` answered. `unavailable`: it could not be asked. `refused`: it ran and said no, in its own words. */
export type SshOutcome<Found> =
  | ({ readonly ok: true } & Found)
  | { readonly ok: false; readonly reason: 'unavailable' | 'refused'; readonly detail: string };

type Environment = Readonly<Record<string, string | undefined>>;

const PROGRAM = 'ssh-keygen';
/** Milliseconds; a person may have to touch a key or type a passphrase. */
const TIME_LIMIT = 120_000;
const MOST_BYTES = 1024 * 1024;

/**
 * Signs a message with a private key of OpenSSH, or with the one of an agent or a token that a public key names.
 *
 * @returns the whole armoured text of the signature
 */
export function sshSign(
  message: Uint8Array,
  keyFile: string,
  environment: Environment,
): SshOutcome<{ readonly signature: Uint8Array }> {
  const signed = ask(['-Y', 'sign', '-n', SSH_NAMESPACE, '-f', keyFile], message, environment);
  if (!signed.ok) return signed;
  return isSshSignature(signed.output)
    ? { ok: true, signature: signed.output }
    : { ok: false, reason: 'refused', detail: 'it printed something else than a signature' };
}

/**
 * Asks whether a signature over a message is of one whom a file of allowed signers names so (ssh-keygen(1), ALLOWED SIGNERS),
 * now and for the purpose of bundles.
 *
 * @returns the fingerprint of the key as OpenSSH writes it; null where it did not say
 * @throws the file system's own errors
 */
export function sshVerify(
  message: Uint8Array,
  signature: Uint8Array,
  { allowedSigners, identity }: { readonly allowedSigners: string; readonly identity: string },
  environment: Environment,
): SshOutcome<{ readonly fingerprint: string | null }> {
  // ssh-keygen takes the message from standard input and the signature from a file alone.
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-'));
  try {
    const file = join(folder, 'signature');
    writeFileSync(file, signature, { mode: 0o600 });
    const argv = ['-Y', 'verify', '-n', SSH_NAMESPACE, '-f', allowedSigners, '-I', identity, '-s', file];
    const verified = ask(argv, message, environment);
    if (!verified.ok) return verified;
    const [, fingerprint] = / key (SHA256:[A-Za-z0-9+/]{43})$/m.exec(verified.output.toString('utf8')) ?? [];
    return { ok: true, fingerprint: fingerprint ?? null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ask(
  argv: readonly string[],
  input: Uint8Array,
  environment: Environment,
): SshOutcome<{ readonly output: Buffer }> {
  const { status, stdout, stderr, error } = spawnSync(PROGRAM, argv, {
    input,
    env: { ...environment, LC_ALL: 'C' },
    timeout: TIME_LIMIT,
    maxBuffer: MOST_BYTES,
  });
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  // A program that says no at once does not wait for the message.
  const hasAnswered = error === undefined || (code === 'EPIPE' && status !== null && status !== 0);
  if (!hasAnswered) {
    const detail = code === 'ENOENT' ? 'there is no such program on the search path' : `${code ?? 'unknown'}`;
    return { ok: false, reason: 'unavailable', detail };
  }
  if (status === 0) return { ok: true, output: stdout };
  const said = stderr.toString('utf8').trim() || stdout.toString('utf8').trim();
  const [first = ''] = said.split('\n');
  return {
    ok: false,
    reason: 'refused',
    detail: first === '' ? `it ended with ${status ?? 'a signal'}` : first,
  };
}
