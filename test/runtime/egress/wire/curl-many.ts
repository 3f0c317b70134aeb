import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { ID_FIELD, MARK_FIELD } from '../../../support/egress/outside.ts';
import { authorityOf, type Told, type ToSend, toldBy } from '../../../support/egress/wire-bytes.ts';

/** One request of one caller's program. */
export interface CurlOrder {
  readonly send: ToSend;
  readonly proxy: number;
}

const quoted = (text: string) => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** Sends many requests by one real curl at the same time, and gives what came back, in their order. */
export async function curlMany(orders: readonly CurlOrder[], trusted: readonly string[]): Promise<Told[]> {
  if (orders.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-curl-'));
  const authorities = join(folder, 'authorities.pem');
  writeFileSync(authorities, trusted.join('\n'));
  const blocks = orders.map(({ send, proxy }, at) => {
    const body = join(folder, `body-${at}`);
    if (send.body !== null) writeFileSync(body, Buffer.from(send.body, 'latin1'));
    return [
      `url = ${quoted(`${send.isSecure ? 'https' : 'http'}://${authorityOf(send)}${send.target}`)}`,
      `proxy = "http://127.0.0.1:${proxy}"`,
      `request = ${quoted(send.method)}`,
      ...(send.method === 'HEAD' ? ['head'] : []),
      `header = ${quoted(`${ID_FIELD}: ${send.id}`)}`,
      `header = ${quoted(`${MARK_FIELD}: ${send.mark}`)}`,
      ...(send.body === null ? [] : [`data-binary = ${quoted(`@${body}`)}`]),
      `cacert = ${quoted(authorities)}`,
      `dump-header = ${quoted(join(folder, `head-${at}`))}`,
      'output = "/dev/null"',
      'noproxy = ""',
      'path-as-is',
      'globoff',
      'http1.1',
      'max-time = 10',
    ].join('\n');
  });
  writeFileSync(join(folder, 'orders'), blocks.join('\nnext\n'));
  await execa(
    'curl',
    ['-q', '-sS', '--parallel', '--parallel-max', '8', '--config', join(folder, 'orders')],
    {
      reject: false,
      timeout: 60_000,
    },
  );
  const told = orders.map((_, at) => lastAnswer(join(folder, `head-${at}`)));
  rmSync(folder, { recursive: true, force: true });
  return told;
}

/** The head after the tunnel's, and after those that only say to go on. */
function lastAnswer(path: string): Told {
  let text: string;
  try {
    text = readFileSync(path, 'latin1');
  } catch {
    // It was sent nothing that has a head.
    return { status: null, why: null, arrived: null };
  }
  const heads = text.split('\r\n\r\n').filter((one) => one.startsWith('HTTP/'));
  return toldBy(`${heads.at(-1) ?? ''}\r\n\r\n`);
}
