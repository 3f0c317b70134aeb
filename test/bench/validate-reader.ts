// Times the readers of YAML beside js-yaml, which most of the field reads with:
//   node --import ./scripts/typescript.js test/bench/validate-reader.ts
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { load } from 'js-yaml';
import { readFast } from '../../compiler/frontend/yaml/fast-read.ts';
import { readYaml } from '../../compiler/frontend/yaml/read.ts';
import { readReference } from '../../compiler/frontend/yaml/reference-read.ts';
import { SourceFile } from '../../compiler/source/source-file.ts';
import { readSharedData, sharedData } from '../support/shared-data.ts';
import { type BenchTable, median, printTable } from './table.ts';

const FILES = 1_000;
const LINES = 100;
const LATER_PASSES = 5;
const ROUNDS = 5;

/** Blueprints of about 100 lines, no two alike: the corpus's policies one after the other, under new names. */
function distinctBlueprints(): string[] {
  const policies = corpusPolicies();
  const head =
    'version: 1\n\nprocess:\n  run_as_user: sandbox\n  run_as_group: sandbox\n\nnetwork_policies:\n';
  return Array.from({ length: FILES }, (_, file) => {
    let text = `# Blueprint ${file}\n${head}`;
    for (let part = file; text.split('\n').length < LINES; part++) {
      const policy = policies[part % policies.length] ?? '';
      text += policy.replace(/^( {2}[\w-]+):/, `$1_${file}_${part}:`).replaceAll('.com', `-${file}.com`);
    }
    return text;
  });
}

/** The entries under `network_policies` of all files of the corpus, comments and all. */
function corpusPolicies(): string[] {
  const names = readdirSync(sharedData('corpus'), { recursive: true, encoding: 'utf8' });
  const policies = names
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .flatMap((name) => {
      const section = readSharedData(`corpus/${name}`).split(/^network_policies:\n/m)[1] ?? '';
      return section.split(/^(?= {2}\w)/m).filter((entry) => /^ {2}[\w-]+:\n/.test(entry));
    });
  if (policies.length === 0) throw new Error('the corpus holds no network policies');
  return policies.map((policy) => `${policy.replace(/^\S.*\n/gm, '').trimEnd()}\n`);
}

interface Reader {
  readonly name: string;
  readonly read: (bytes: Buffer) => unknown;
}

/** Ours first, the peer last. */
const READERS: readonly Reader[] = [
  { name: 'readYaml', read: (bytes) => readYaml('f', bytes).tree.root },
  { name: 'fast reader alone', read: (bytes) => readFast(new SourceFile('f', bytes.toString())) },
  {
    name: 'reference reader',
    read: (bytes) => readReference(new SourceFile('f', bytes.toString())).tree.root,
  },
  { name: 'js-yaml', read: (bytes) => load(bytes.toString()) },
];

/** One pass over all files in a new process, with what V8 compiles on the way; and the best of later passes. */
interface Times {
  readonly wall: number;
  /** Of all threads, V8's compilers among them; other work of the machine changes it little. */
  readonly cpu: number;
  readonly warm: number;
}

function measure({ name, read }: Reader): Times {
  const files = distinctBlueprints().map((text) => Buffer.from(text));
  const pass = () => {
    for (const [index, bytes] of files.entries()) {
      if (read(bytes) === null) throw new Error(`${name} refuses file ${index}`);
    }
  };
  const before = { wall: performance.now(), cpu: cpuTime() };
  pass();
  const first = { wall: performance.now() - before.wall, cpu: cpuTime() - before.cpu };
  const later = Array.from({ length: LATER_PASSES }, () => {
    const start = cpuTime();
    pass();
    return cpuTime() - start;
  });
  return { ...first, warm: Math.min(...later) };
}

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** This file as one bundle, as the product is shipped; beside the packages, so that it finds them. */
async function bundleSelf(): Promise<string> {
  const outfile = join(import.meta.dirname, '../../node_modules/.cache/nemoclaw/validate-reader.mjs');
  await build({
    entryPoints: [import.meta.filename],
    outfile,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    minifySyntax: true,
  });
  return outfile;
}

function inNewProcess(script: string, name: string): Times {
  const env = { ...process.env, NEMOCLAW_TEST_DATA: sharedData('.') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, name], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Times;
}

/** Reads 1,000 different blueprints with each reader, in turns; no cache, and nothing but reading. */
export async function benchYamlReaders(): Promise<BenchTable> {
  const script = await bundleSelf();
  const all = new Map(READERS.map(({ name }) => [name, [] as Times[]]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, times] of all) times.push(inNewProcess(script, name));
  }
  const figures = [...all].map(([name, times]) => ({
    name,
    wall: median(times.map(({ wall }) => wall)),
    cpu: median(times.map(({ cpu }) => cpu)),
    warm: median(times.map(({ warm }) => warm)),
  }));
  const [ours, peer] = [figures[0]!, figures.at(-1)!];
  const share = ours.cpu / peer.cpu;
  return {
    title: `Reading ${FILES} different blueprints of about ${LINES} lines; ms, medians of ${ROUNDS} processes`,
    columns: ['reader', 'first pass, wall', 'first pass, CPU', 'of js-yaml', 'later pass, CPU', 'of js-yaml'],
    rows: figures.map(({ name, wall, cpu, warm }) => [
      name,
      Math.round(wall),
      Math.round(cpu),
      (cpu / peer.cpu).toFixed(2),
      Math.round(warm),
      (warm / peer.warm).toFixed(2),
    ]),
    verdicts: [
      {
        figure: 'reading YAML with positions, first pass, CPU',
        target: 'at most 0.80 of js-yaml',
        measured: share.toFixed(2),
        reached: share <= 0.8,
      },
    ],
  };
}

if (process.argv[1] === import.meta.filename) {
  const reader = READERS.find(({ name }) => name === process.argv[2]);
  if (reader) console.log(JSON.stringify(measure(reader)));
  else process.stdout.write(printTable(await benchYamlReaders()));
}
