/** What the corpus is made of; each has its own file. */
export const CATEGORIES = [
  'smuggling',
  'heads',
  'hosts',
  'absolute-form',
  'server-name',
  'http2',
  'paths',
  'unicode',
  'dots',
  'ipv4',
  'ipv6',
  'slow',
  'cut',
  'oversized',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** The ways by which a host can be named. */
export type HostWay = 'connect' | 'absolute' | 'field' | 'socks' | 'http2';

/** What a program is told: `STATUS REASON`, `alert NUMBER` of TLS, `socks NUMBER`, `reset NUMBER` of HTTP/2, or `cut`. */
export type Outcome = string;

/** One spelling of a host, and what becomes of it by each way; left out where the way cannot carry it. */
export interface HostCase {
  readonly category: Category;
  readonly name: string;
  /** One character a byte. */
  readonly host: string;
  readonly outcomes: Readonly<Partial<Record<HostWay, Outcome | undefined>>>;
}
