import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type BenchTable, median } from './table.ts';

const ACTION = join(import.meta.dirname, '../../.github/actions/gate/dist/index.cjs');
const MANY = 1000;
const CHANGED = 5;
const RUNS = 5;
const MOST_TIMES = 3;

/** The whole gate, from the start of the process to its end, on a repository of many blueprints and on the changed ones alone. */
export async function benchGate(): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-bench-'));
  try {
    const many = repository(join(folder, 'many'), MANY);
    const few = repository(join(folder, 'few'), CHANGED);
    const times = { many: [] as number[], few: [] as number[] };
    // Side by side, so that a busy moment of the machine meets both.
    for (let at = 0; at < RUNS; at++) {
      times.few.push(await timed(few));
      times.many.push(await timed(many));
    }
    const [ofMany, ofFew] = [median(times.many), median(times.few)];
    const ratio = ofMany / ofFew;
    return {
      title: `The gate on a pull request that changes ${CHANGED} blueprints, milliseconds, middle of ${RUNS} runs`,
      columns: ['repository', 'ms'],
      rows: [
        [`these ${CHANGED} alone`, Math.round(ofFew)],
        [`${MANY} blueprints`, Math.round(ofMany)],
      ],
      verdicts: [
        {
          figure: `the gate on ${MANY} blueprints beside ${CHANGED}`,
          target: `at most ${MOST_TIMES} times`,
          measured: `${ratio.toFixed(2)} times`,
          reached: ratio <= MOST_TIMES,
        },
      ],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Repository {
  readonly folder: string;
  readonly base: string;
  readonly head: string;
}

function repository(folder: string, count: number): Repository {
  const git = (...argv: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...argv], {
      cwd: folder,
      encoding: 'utf8',
    }).trim();
  const commit = (files: number, method: string) => {
    for (let at = 0; at < files; at++) {
      const file = join(folder, `agents/team-${at % 20}/agent-${at}.yaml`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, blueprint(at, method));
    }
    git('add', '-A');
    git('commit', '-q', '-m', 'x');
    return git('rev-parse', 'HEAD');
  };
  mkdirSync(join(folder, 'agents'), { recursive: true });
  writeFileSync(join(folder, 'agents/shared.yaml'), SHARED);
  git('init', '-q', '-b', 'main');
  const base = commit(count, '*');
  return { folder, base, head: commit(CHANGED, 'GET') };
}

/** What every blueprint extends, and the change does not touch. */
const SHARED = `apiVersion: nemoclaw.dev/v1
kind: Preset
metadata: { name: shared, description: what all agents have }
network_policies:
  shared:
    endpoints: [{ host: shared.example.com, port: 443, access: read-only }]
    binaries: [{ path: /usr/bin/curl }]
`;

function blueprint(at: number, method: string): string {
  const entries = Array.from(
    { length: 8 },
    (_, entry) => `  service-${entry}:
    endpoints:
      - host: api-${entry}.team-${at}.example.com
        port: 443
        rules:
          - allow: { method: ${entry === 0 ? `"${method}"` : 'GET'}, path: "/repos/acme/*/items-${entry}/**" }
    binaries: [{ path: /usr/bin/curl }]
`,
  );
  return `apiVersion: nemoclaw.dev/v1
kind: Blueprint
metadata:
  name: agent-${at}
extends: [{ preset: npm, access: read-only }, { file: ../shared.yaml }]
filesystem_policy:
  read_only: [{ path: "\${workdir}", execute: false }]
network_policies:
${entries.join('')}`;
}

/** Milliseconds of one run, which has to say that the change narrows. */
async function timed({ folder, base, head }: Repository): Promise<number> {
  const server = createServer((request, response) => {
    const end = (sha: string, ref: string) => ({ sha, ref, repo: { full_name: 'acme/blueprints' } });
    const pull = {
      ...{ number: 1, state: 'open', title: 'x', body: null, draft: false, merged_at: null },
      ...{ html_url: 'http://127.0.0.1/1', user: { login: 'mallory', type: 'User' } },
      ...{ head: end(head, 'change'), base: end(base, 'main') },
    };
    const ref = { object: { type: 'commit', sha: base } };
    const comment = { id: 1, body: '', user: { login: 'github-actions[bot]', type: 'Bot' } };
    const isList = request.method === 'GET' && /comments|\/pulls\?/.test(request.url!);
    response.writeHead(200, { 'content-type': 'application/json' });
    const one = request.url!.includes('/git/ref/') ? ref : request.method === 'GET' ? pull : comment;
    response.end(JSON.stringify(isList ? [] : one));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const event = `${folder}.event.json`;
  const output = `${folder}.output`;
  writeFileSync(event, JSON.stringify({ pull_request: { number: 1, head: { sha: head } } }));
  writeFileSync(output, '');
  const env = {
    PATH: process.env.PATH,
    GITHUB_WORKSPACE: folder,
    GITHUB_REPOSITORY: 'acme/blueprints',
    GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_EVENT_PATH: event,
    GITHUB_OUTPUT: output,
    RUNNER_TEMP: dirname(folder),
    INPUT_TOKEN: 'ghs_bench',
  };
  const started = performance.now();
  const text = await new Promise<string>((resolve, reject) => {
    const child = spawn(process.execPath, [ACTION], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      said += part;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(said) : reject(new Error(`ended with ${code}: ${said}`)),
    );
  });
  const time = performance.now() - started;
  server.close();
  const judged = text.split('nemoclaw diff%3A narrows').length - 1;
  if (judged !== CHANGED) throw new Error(`${judged} blueprints were judged: ${text.slice(0, 2000)}`);
  return time;
}
