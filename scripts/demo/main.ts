import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostIo } from '../../cli/host-io.ts';
import { placeFor } from '../../cli/place.ts';
import { decide } from '../../compiler/ir/decide.ts';
import type { Policy } from '../../compiler/ir/policy.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import { attempts } from './attempts.ts';
import { demoTable, type Row } from './table.ts';
import { type DemoWorld, makeWorld, type OrdinaryUser, ordinaryUser } from './world.ts';

const root = process.cwd();
const BLUEPRINT = 'blueprints/coding-agent.yaml';

/** Compiles a shipped blueprint for this host, lets the demo's agent loose under it and shows both sides' answers. */
async function demo(): Promise<number> {
  const world = await makeWorld(join(root, 'examples/demo-agent'));
  const user = ordinaryUser(world, root);
  const options = ['--target', 'host', '--workdir', world.workdir, '--home', world.home, ...toolchain()];
  try {
    say(`1. Compile ${BLUEPRINT} for this host`);
    const compiled = await nemoclawCommand(
      user,
      ['compile', ...options, '--out', join(world.home, 'bundle'), '--no-lock', BLUEPRINT],
      'inherit',
    );
    if (compiled.code !== 0) return compiled.code;
    say('2. Run the agent under it');
    const words = Object.entries(placesFor(world)).map(([name, value]) => `${name}=${value}`);
    const ran = await nemoclawCommand(
      user,
      ['run', ...options, '--state', join(world.home, 'state'), BLUEPRINT, '--', 'sh', world.agent, ...words],
      'pipe',
    );
    const policy = await policyFor(world);
    const rows = rowsOf(policy, world, ran.output);
    process.stdout.write(`\n${demoTable(rows, process.stdout)}\n\n`);
    return conclude(rows, ran.code);
  } finally {
    world.close();
  }
}

function placesFor({ secret, outside, socket, port4, port6 }: DemoWorld): Record<string, string | number> {
  return { secret, outside, socket, port4, port6, pid: process.pid };
}

/** Where node lives, unless that is below a folder that every agent may read. */
function toolchain(): string[] {
  const folder = dirname(dirname(process.execPath));
  return folder.startsWith('/usr') ? [] : ['--set', `toolchain=${folder}`];
}

async function nemoclawCommand(
  { ids, packageFolder }: OrdinaryUser,
  argv: readonly string[],
  stdout: 'inherit' | 'pipe',
): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [join(packageFolder, 'bin/nemoclaw.js'), ...argv], {
    ...ids,
    cwd: packageFolder,
    stdio: ['ignore', stdout, 'inherit'],
    // A secret of the host that the blueprint does not pass on.
    env: { ...process.env, DEMO_TOKEN: 'not-a-real-one' },
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, output };
}

async function policyFor({ workdir, home }: DemoWorld): Promise<Policy> {
  const io = hostIo();
  const { place } = await placeFor({ target: 'host', workdir, home, variables: {} }, io);
  if (place === null) throw new Error('this host is no target');
  const { policy } = loadPolicy(BLUEPRINT, readFileSync(BLUEPRINT), io.reader, place.bindings);
  if (policy === null) throw new Error(`${BLUEPRINT} is not valid`);
  return policy;
}

function rowsOf(policy: Policy, world: DemoWorld, output: string): Row[] {
  const answers = new Map(
    output.split('\n').flatMap((line) => {
      const space = line.indexOf(' ');
      return space === -1 ? [] : [[line.slice(0, space), line.slice(space + 1)] as const];
    }),
  );
  const hasGit = existsSync('/usr/bin/git');
  return attempts(world)
    .filter(({ id }) => hasGit || id !== 'git-commit')
    .map((attempt) => {
      const { verdict } = decide(policy, attempt.access);
      const kernel = answers.get(attempt.id) ?? 'no answer';
      const agrees = kernel !== 'no answer' && (verdict === 'allow') === (kernel === 'worked');
      return { attempt, says: verdict, kernel, agrees };
    });
}

function conclude(rows: readonly Row[], code: number): number {
  const refused = rows.filter(({ kernel }) => kernel !== 'worked').length;
  const disagreeing = rows.filter(({ agrees }) => !agrees).length;
  if (disagreeing > 0 || code !== 0) {
    say(
      `The kernel and the blueprint disagree about ${disagreeing} of ${rows.length} attempts (the agent ended with ${code}).`,
    );
    return 4;
  }
  say(`${rows.length} attempts, ${refused} of them refused: each as the blueprint says.`);
  say(
    'Next: read blueprints/coding-agent.yaml, then try `npx nemoclaw run blueprints/coding-agent.yaml -- bash`.',
  );
  return 0;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

demo().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
