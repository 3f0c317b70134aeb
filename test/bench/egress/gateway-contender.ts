import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOf } from '../../support/gateway.ts';
import type { Contender } from './field.ts';

const PROJECT = join(import.meta.dirname, '../../..');

/**
 * Starts a whole gateway.
 *
 * @param folder for what it keeps, and where `servers.pem` is
 * @param networkPolicies of its blueprint
 */
export async function startGateway(
  folder: string,
  name: string,
  port: number,
  networkPolicies: string,
): Promise<Contender> {
  const table = join(folder, `${port}.json`);
  writeFileSync(table, tableOf(networkPolicies));
  const argv = [
    ...['--import', join(PROJECT, 'scripts/typescript.js'), join(import.meta.dirname, 'gateway-program.ts')],
    ...[join(folder, `gateway-${port}`), String(port), table, join(folder, 'servers.pem')],
  ];
  const child = spawn(process.execPath, argv, { cwd: PROJECT, stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(`${name} has ended`))),
  ]);
  return { name, process: child, plainPort: port, interceptingPort: port };
}
