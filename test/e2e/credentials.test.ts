import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { issueLeaf, newAuthority } from '../../runtime/egress/interception/authority.ts';
import { newSigningKey } from '../../runtime/egress/interception/certificate.ts';
import { hostNeeds, program } from '../support/host.ts';
import { builtPrograms, sandboxes, workFolder } from '../support/kernel.ts';
import { SERVER_ADDRESS, TestNetwork, testNetworks } from '../support/test-network.ts';

const NODE = realpathSync(process.execPath);
const NEMOCLAW = join(import.meta.dirname, '../../bin/nemoclaw.js');
const work = workFolder();
const project = join(work, 'project');
const needed = [builtPrograms, sandboxes, ...testNetworks, program('curl', 'curl')];

const SECRET = 'ghp-real-e2e-value-4711';
const FILE_SECRET = 'file-real-e2e-value-0815';

const endpoint = (host: string, port: number, more: string) =>
  `      - { host: ${host}, port: ${port}, allowed_ips: [${SERVER_ADDRESS}], protocol: http, ${more} }\n`;
const BLUEPRINT = `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata: { name: e2e }
extends: [{ preset: base }]
filesystem_policy:
  include_workdir: true
  read_only: [${JSON.stringify(dirname(dirname(NODE)))}]
  deny: [/etc/hosts]
network_policies:
  web:
    endpoints:
${endpoint('api.lab.test', 8443, 'access: full')}${endpoint('api.lab.test', 8080, 'access: full')}${endpoint('git.lab.test', 8443, 'access: read-write')}${endpoint('other.lab.test', 8443, 'access: full')}
credentials:
  token:
    credential_env: LAB_TOKEN
    endpoints: [{ host: api.lab.test, port: 8443 }, { host: git.lab.test, port: 8443 }]
  filed:
    credential_file: ${join(work, 'secret')}
    placeholder_env: LAB_FILED
    endpoints: [{ host: api.lab.test, port: 8080, plain_http: true }]
`;

let network: TestNetwork;

beforeAll(async () => {
  if (!testNetworks.every((feature) => feature.present())) return;
  mkdirSync(project);
  writeFileSync(join(project, 'agent.yaml'), BLUEPRINT);
  writeFileSync(join(work, 'secret'), `${FILE_SECRET}\n`, { mode: 0o600 });
  network = await TestNetwork.open(work, ['api.lab.test', 'git.lab.test', 'other.lab.test']);
  await startServers();
}, 60_000);

afterAll(() => {
  network?.close();
  rmSync(work, { recursive: true, force: true });
});

async function startServers(): Promise<void> {
  const authority = newAuthority(new Date());
  const key = newSigningKey();
  writeFileSync(join(work, 'authority.pem'), authority.pem);
  writeFileSync(join(work, 'server.pem'), issueLeaf(authority, '*.lab.test', key, new Date()).pem);
  writeFileSync(join(work, 'server.key'), key.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  makeRepository(join(work, 'repositories'));
  const script = join(import.meta.dirname, 'credential-server.mjs');
  const server = network.spawn(
    [NODE, script, SERVER_ADDRESS, 'server.pem', 'server.key', 'repositories', 'received'],
    { cwd: work, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  await new Promise((resolve) => server.stdout!.once('data', resolve));
}

/** One commit, as plain files that any web server can give away (git-update-server-info(1)). */
function makeRepository(folder: string): void {
  const [from, bare] = [join(folder, 'from'), join(folder, 'one.git')];
  const git = (...argv: string[]) => execFileSync('git', argv, { stdio: 'ignore' });
  git('init', '-q', from);
  writeFileSync(join(from, 'file'), 'content\n');
  git('-C', from, 'add', '.');
  git('-C', from, '-c', 'user.name=a', '-c', 'user.email=a@b.test', 'commit', '-qm', 'one');
  git('clone', '-q', '--bare', from, bare);
  git('-C', bare, 'update-server-info');
}

/** What the server was sent so far, outside of every sandbox. */
function received(path: string): { host: string; authorization: string; version: string }[] {
  return readFileSync(join(work, 'received'), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter(({ pathname }) => pathname.startsWith(path));
}

const stateOf = (name: string) => join(work, `state-${name}`);

/** Runs a shell script in a sandbox whose starter has the token. */
function inSandbox(
  script: string,
  name: string,
  environment: Record<string, string> = { LAB_TOKEN: SECRET },
) {
  const argv = [NODE, NEMOCLAW, 'run', 'agent.yaml', '--state', stateOf(name), '--', 'sh', '-c', script];
  const { LAB_TOKEN: _, ...outer } = process.env;
  const env = { ...outer, NODE_EXTRA_CA_CERTS: join(work, 'authority.pem'), ...environment };
  return network.run(argv, { cwd: project, env });
}

/** All bytes that a sandbox left in its state folder. */
function leftIn(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

function eventsOf(name: string): Record<string, Record<string, unknown>>[] {
  const folder = join(stateOf(name), 'audit');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line));
}

const CURL = 'curl -sS -m 20';

describe('a credential', () => {
  test('reaches its server and is seen nowhere inside, in no log and in no list of processes', async (context) => {
    hostNeeds(context, ...needed);
    const look = `env; cat /proc/*/environ /proc/*/cmdline 2>/dev/null | tr '\\0' '\\n'; set`;
    const running = inSandbox(
      `(${look}) > seen; echo $LAB_TOKEN
       ${CURL} -D fields -H "Authorization: Bearer $LAB_TOKEN" https://api.lab.test:8443/h2
       ${CURL} -D - --http1.1 -H "Authorization: Bearer $LAB_TOKEN" https://api.lab.test:8443/h1 >> fields
       ${CURL} -D - -u "x-access-token:$LAB_TOKEN" https://api.lab.test:8443/basic >> fields
       ${CURL} -D - -H "Authorization: $LAB_FILED" http://api.lab.test:8080/plain >> fields
       for http in --http1.1 --http2; do ${CURL} $http -H "Authorization: Bearer $LAB_TOKEN" https://api.lab.test:8443/echo; done
       sleep 1`,
      'used',
    );
    const commands = await commandsWhile(running, () => eventsOf('used').length > 6);
    const ofGateway = readFileSync(`/proc/${gatewayOf(stateOf('used'))}/environ`, 'latin1');
    const { exitCode, stdout, stderr } = await running;
    expect({ exitCode, stderr: stderr.replace(/^agent\.yaml:[\s\S]*?\n1 warning\n\n?/, '') }).toEqual({
      exitCode: 0,
      stderr: '',
    });
    const [placeholder, ...answers] = stdout.trimEnd().split('\n');
    expect(placeholder).toMatch(/^nemoclaw_placeholder_[0-9a-f]{40}$/);
    const masked = `Bearer ${'*'.repeat(SECRET.length)}`;
    expect(answers).toEqual(['ok', masked, masked]);
    expect(['/h2', '/h1', '/basic', '/plain'].flatMap(received)).toMatchObject([
      { authorization: `Bearer ${SECRET}`, version: '2.0' },
      { authorization: `Bearer ${SECRET}`, version: '1.1' },
      { authorization: `Basic ${btoa(`x-access-token:${SECRET}`)}` },
      { authorization: FILE_SECRET },
    ]);
    const seen = readFileSync(join(project, 'seen'), 'latin1');
    expect(seen).toContain(`LAB_TOKEN=${placeholder}`);
    const fields = readFileSync(join(project, 'fields'), 'latin1');
    expect(fields.match(/x-you-sent: /gi)).toHaveLength(4);
    expect(ofGateway).toContain('NEMOCLAW_DESCRIPTORS=');
    const everything = { stdout, seen, fields, commands, ofGateway, left: leftIn(stateOf('used')) };
    for (const text of Object.values(everything)) {
      for (const secret of [SECRET, FILE_SECRET, btoa(`x-access-token:${SECRET}`)])
        expect(text).not.toContain(secret);
    }
    expect(commands).toContain('gateway.cjs');
    expect(everything.left).toContain('"credentials":["token"]');
    const carried = eventsOf('used').flatMap(({ decision }) => (decision ? [decision.credentials] : []));
    expect(carried).toEqual([['token'], ['token'], ['token'], ['filed'], ['token'], ['token']]);
  });

  test('is known to a gateway that was started again', async (context) => {
    hostNeeds(context, ...needed);
    const running = inSandbox(
      `ask() { ${CURL} -f -H "Authorization: Bearer $LAB_TOKEN" https://api.lab.test:8443/"$1"; }
       ask before; touch asked; for at in $(seq 100); do [ -e killed ] && break; sleep 0.1; done
       for at in $(seq 50); do ask after 2>/dev/null && break; sleep 0.2; done`,
      'again',
    );
    await until(() => existsSync(join(project, 'asked')));
    process.kill(gatewayOf(stateOf('again')), 'SIGKILL');
    writeFileSync(join(project, 'killed'), '');
    expect(await running).toMatchObject({ exitCode: 0, stdout: 'ok\nok\n' });
    expect(received('/after')).toMatchObject([{ authorization: `Bearer ${SECRET}` }]);
  });

  test('does not go to another host, and the log says that it was tried', async (context) => {
    hostNeeds(context, ...needed);
    const { stdout } = await inSandbox(
      `${CURL} -H "Authorization: Bearer $LAB_TOKEN" https://other.lab.test:8443/other
       ${CURL} -H "Authorization: Bearer $LAB_TOKEN" http://api.lab.test:8080/other
       ${CURL} -d "token=$LAB_TOKEN" https://other.lab.test:8443/body`,
      'other',
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines.filter((line) => line.includes('gateway-credential'))).toHaveLength(2);
    expect(received('/other')).toEqual([]);
    expect(received('/body')).toMatchObject([{ host: 'other.lab.test:8443', authorization: '' }]);
    const tried = eventsOf('other').flatMap(({ malformed }) => (malformed ? [malformed.problem] : []));
    expect(tried).toEqual([
      'the credential token is not bound to other.lab.test port 8443',
      'the credential token is not bound to api.lab.test port 8080',
    ]);
    expect(leftIn(stateOf('other'))).not.toContain(SECRET);
  });

  test('lets git clone with a token in the URL', async (context) => {
    hostNeeds(context, ...needed, program('git', 'git'));
    const { stdout } = await inSandbox(
      `export HOME=/tmp; cd /tmp
       git clone -q https://x-access-token:$LAB_TOKEN@git.lab.test:8443/git/one.git one 2>&1; cat one/file`,
      'git',
    );
    expect(stdout).toBe('content\n');
    const sent = received('/git/').filter(({ authorization }) => authorization !== '');
    expect(new Set(sent.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${btoa(`x-access-token:${SECRET}`)}`]),
    );
  });

  test('that is missing keeps the agent from starting, and its variable is named', async (context) => {
    hostNeeds(context, ...needed);
    const { exitCode, stdout, stderr } = await inSandbox('echo started', 'missing', {});
    expect({ exitCode, stdout }).toEqual({ exitCode: 4, stdout: '' });
    expect(stderr).toContain('NC2482');
    expect(stderr).toContain('`LAB_TOKEN` is not set');
  });
});

/** Arguments of every process on the machine, once something has happened. */
async function commandsWhile(running: Promise<unknown>, holds: () => boolean): Promise<string> {
  let isOver = false;
  void running.finally(() => {
    isOver = true;
  });
  await until(() => isOver || holds());
  return processes()
    .map(({ words }) => words.join(' '))
    .join('\n');
}

function processes(): { readonly pid: number; readonly words: readonly string[] }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [{ pid: Number(pid), words: readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0') }];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

function gatewayOf(state: string): number {
  const found = processes().find(({ words }) => words[1]?.endsWith('gateway.cjs') && words[2] === state);
  if (found === undefined) throw new Error('no gateway runs');
  return found.pid;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
