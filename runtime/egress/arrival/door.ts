import type { Refusal } from '../refusal.ts';
import { refusalMessage } from '../refusal-answer.ts';
import { readClientHello } from './client-hello.ts';
import type { Incoming } from './incoming.ts';
import { SOCKS_REPLIES, socksReply } from './socks.ts';
import { endWith, endWithAlert } from './tls-alert.ts';

/** How a client is told what became of its connection; each way in has its own words. */
export interface Door {
  granted(incoming: Incoming): void;
  refused(incoming: Incoming, refusal: Refusal): void;
}

const CONNECT_GRANTED = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n');
/** Milliseconds that a refused program gets to show what it speaks. */
const WAIT_FOR_WORDS = 1_000;
const MOST_LOOKED_AT = 65_536;

export const connectDoor: Door = {
  granted: ({ connection }) => void connection.write(CONNECT_GRANTED),
  refused: (incoming, refusal) => endWith(incoming.release(), refusalMessage(refusal, false, true)),
};

export const socksDoor: Door = {
  granted: ({ connection }) => void connection.write(socksReply(SOCKS_REPLIES.granted)),
  refused: (incoming, refusal) => endWith(incoming.release(), socksReply(socksCode(refusal))),
};

/** Nothing is said to a program that believes to speak with its server, but what it can understand of a refusal. */
export const transparentDoor: Door = {
  granted: () => {},
  refused: (incoming, refusal) => void refuseUnasked(incoming, refusal),
};

function socksCode({ status }: Refusal): number {
  if (status === 403) return SOCKS_REPLIES.notAllowed;
  return status === 502 || status === 504 ? SOCKS_REPLIES.unreachable : SOCKS_REPLIES.failed;
}

async function refuseUnasked(incoming: Incoming, refusal: Refusal): Promise<void> {
  const spoken = await incoming.take(whatIsSpoken, MOST_LOOKED_AT, WAIT_FOR_WORDS);
  if (spoken === 'http') endWith(incoming.release(), refusalMessage(refusal, false, true));
  else if (spoken === 'tls') endWithAlert(incoming.release(), 'access-denied');
  else incoming.cut();
}

function whatIsSpoken(bytes: Buffer): { used: number; value: 'http' | 'tls' | 'other' } | null {
  const hello = readClientHello(bytes);
  if (hello.kind === 'hello') return { used: 0, value: 'tls' };
  if (hello.kind === 'more') return null;
  const line = bytes.toString('latin1', 0, 32);
  if (/^[A-Z]{3,20} [/*]/.test(line)) return { used: 0, value: 'http' };
  return /^[A-Z]{0,20} ?$/.test(line) ? null : { used: 0, value: 'other' };
}
