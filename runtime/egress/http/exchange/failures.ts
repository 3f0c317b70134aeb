import { busy } from '../../failure.ts';
import type { Refusal } from '../../refusal.ts';
import { failureRefusal } from '../refused.ts';
import type { RequestGate } from '../request-gate.ts';

/** What a program is told when no connection to the server came about; of the error only its code, which is no secret. */
export function dialRefusal(error: unknown, gate: RequestGate): Refusal {
  const code = codeOf(error);
  if (code === 'EMFILE') return busy();
  const where = `${gate.host}:${gate.port}`;
  return failureRefusal(
    'no-connection',
    `no connection to ${where} came about${code === null ? '' : ` (${code})`}`,
  );
}

/** The server closed the connection instead of an answer. */
export function gone({ host, port }: RequestGate): Refusal {
  return failureRefusal('no-answer', `${host}:${port} closed the connection without an answer`);
}

function codeOf(error: unknown): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : null;
}
