import { execFileSync } from 'node:child_process';
import { realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { issueLeaf, newAuthority } from '../../runtime/egress/interception/authority.ts';
import { newSigningKey } from '../../runtime/egress/interception/certificate.ts';
import { SERVER_ADDRESS, type TestNetwork } from '../support/test-network.ts';

/** Starts `servers.mjs` in a test network, and resolves once it listens. `authority.pem` in the folder is whom its certificate is by. */
export async function startServers(network: TestNetwork, work: string): Promise<void> {
  const authority = newAuthority(new Date());
  const key = newSigningKey();
  // One certificate for each name would be more; a wildcard of one label is enough for all.
  writeFileSync(join(work, 'authority.pem'), authority.pem);
  writeFileSync(join(work, 'server.pem'), issueLeaf(authority, '*.lab.test', key, new Date()).pem);
  writeFileSync(join(work, 'server.key'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const repositories = join(work, 'repositories');
  execFileSync('git', ['init', '-q', '--bare', join(repositories, 'one.git')], { stdio: 'ignore' });
  const receives = ['-C', join(repositories, 'one.git'), 'config', 'http.receivepack', 'true'];
  execFileSync('git', receives, { stdio: 'ignore' });
  const program = [realpathSync(process.execPath), join(import.meta.dirname, 'servers.mjs')];
  const server = network.spawn([...program, SERVER_ADDRESS, 'server.pem', 'server.key', repositories], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => server.stdout!.once('data', resolve));
}
