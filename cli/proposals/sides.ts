import { parseAddress } from '../../compiler/domain/address.ts';
import { CUT, MASKED } from '../../compiler/ir/audit-event/recorded-access.ts';
import type { Widths } from './widths.ts';

/** Thrown for a text that no pattern says exactly, or that cannot be said more widely. For `narrowestEntries` alone. */
export class NoExactEntry extends Error {
  override readonly name = 'NoExactEntry';
}

/** RFC 9110, section 9.2.1, without TRACE. */
const SAFE_METHODS = ['GET', 'HEAD', 'OPTIONS'];
const EVERY_PORT = '1-65535';
/** A name with fewer labels, such as `example.com`, belongs to its owner as a whole and its parent to everybody. */
const LEAST_LABELS = 3;

/** The host itself; wider, every name that has another first label. */
export function hostSide(host: string, widths: Widths): string {
  const exact = literal(host, 'the host');
  if (!widths.has('host')) return exact;
  const labels = exact.split('.');
  if (parseAddress(exact).ok || labels.length < LEAST_LABELS) {
    throw new NoExactEntry(`\`${exact}\` has no neighbours that belong together; leave out \`--widen host\``);
  }
  return ['*', ...labels.slice(1)].join('.');
}

export function portSide(port: number, widths: Widths): number | string {
  return widths.has('port') ? EVERY_PORT : port;
}

/** The program; wider, null for any. */
export function binarySide(binary: string, widths: Widths): string | null {
  return widths.has('binary') ? null : literal(binary, 'the program');
}

/** The method; wider, all that only read where it only reads, else all. */
export function methodSides(method: string, widths: Widths): readonly string[] {
  if (!widths.has('method')) return [method];
  return SAFE_METHODS.includes(method) ? SAFE_METHODS : ['*'];
}

/** The path; wider, all below its folder, with `*` for a segment that was not written down. */
export function pathSide(path: string, widths: Widths): string {
  if (!widths.has('path')) return literal(path, 'the path');
  const folders = path.split('/').slice(1, -1);
  const cut = folders.indexOf(CUT);
  const known = cut === -1 ? folders : folders.slice(0, cut);
  const patterns = known.map((folder) => (isLiteral(folder) ? folder : '*'));
  return `/${[...patterns, '**'].join('/')}`;
}

/** What was masked or cut is not what was asked for, and a mark of a pattern means more than itself. */
export function literal(text: string, what: string): string {
  if (text.includes(MASKED)) throw new NoExactEntry(`${what} holds a secret that is not written down`);
  if (text.includes(CUT)) throw new NoExactEntry(`${what} is longer than what is written down`);
  const special = SPECIAL.exec(text)?.[0];
  if (special !== undefined)
    throw new NoExactEntry(`${what} holds \`${special}\`, which means more in a pattern`);
  return text;
}

const SPECIAL = /[*?]|\$\{/;

function isLiteral(text: string): boolean {
  return !text.includes(MASKED) && !SPECIAL.test(text) && !/[[\]{}\\]/.test(text);
}
