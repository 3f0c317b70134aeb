import type { WireWorld } from '../../../../support/egress/wire-world.ts';
import { egressOf, type PlainEntry, type PlainRule } from '../../../../support/plain-egress.ts';
import { HOST, Target } from './send.ts';

const rule = (path: string): PlainRule => ({ methods: ['*'], path, query: [], operations: 'all' });
const requests = (host: string): PlainEntry => ({
  ...{ host, ports: [[1, 65_535]], binaries: null, addresses: null, visibility: 'http' },
  ...{ allow: [rule('/a'), rule('/ok/**')], deny: [], enforcement: 'enforce', expiresAt: null },
});
const streams = (host: string): PlainEntry => ({ ...requests(host), visibility: 'opaque', allow: 'all' });

/** Requests to a name and to three addresses, and tunnels to another name. */
export async function corpusTarget(world: WireWorld): Promise<Target> {
  const entries = [
    ...[requests(HOST), requests('10.0.0.5'), requests('127.0.0.1'), requests('fd00::5')],
    ...[streams('t.example'), streams('10.0.0.6')],
  ];
  world.addresses = new Map([
    [HOST, ['93.184.0.9']],
    ['t.example', ['93.184.0.10']],
    ['b.example', ['93.184.0.11']],
  ]);
  await world.load(egressOf(entries), `sha256:${'c'.repeat(64)}`);
  return new Target(world);
}
