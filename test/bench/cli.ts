import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blueprintNumber } from './blueprints.ts';
import { type BenchTable, type BenchVerdict, median } from './table.ts';

const PROJECT = join(import.meta.dirname, '../..');
const NEMOCLAW = join(PROJECT, 'bin/nemoclaw.js');
const AJV = join(PROJECT, 'node_modules/ajv-cli/dist/index.js');
const SCHEMA = join(PROJECT, 'schemas/blueprint.schema.json');

const FILES = 1000;
const ROUNDS = { one: 25, many: 7 };

/** A command line of Node, with what it is called in the table. */
interface Contestant {
  readonly name: string;
  readonly argv: readonly string[];
}

/**
 * Whole processes, from the start to the end: the command line beside an empty Node and beside ajv-cli, which checks the
 * same files against the same schema and nothing more. All take turns, so that load hits all alike; medians. The first
 * run of each is not counted. Without NODE_EXTRA_CA_CERTS, which alone costs as much as the rest.
 */
export async function benchCli(): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-bench-'));
  try {
    const many = join(folder, 'many');
    const one = join(folder, 'one.yaml');
    mkdirSync(many);
    writeFileSync(one, blueprintNumber(FILES));
    for (let number = 0; number < FILES; number++) {
      writeFileSync(join(many, `${number}.yaml`), blueprintNumber(number));
    }
    return tableOf(measureOne(one), measureMany(many));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function measureOne(file: string): readonly number[] {
  return takeTurns(ROUNDS.one, [
    { name: 'node -e 0', argv: ['-e', '0'] },
    { name: 'nemoclaw --help', argv: [NEMOCLAW, '--help'] },
    { name: 'nemoclaw validate FILE', argv: [NEMOCLAW, 'validate', file] },
    { name: 'ajv-cli, FILE', argv: ajvCli(file) },
  ]);
}

function measureMany(folder: string): readonly number[] {
  return takeTurns(ROUNDS.many, [
    { name: 'nemoclaw validate, 1,000 files', argv: [NEMOCLAW, 'validate', folder] },
    { name: 'nemoclaw validate --schema-only', argv: [NEMOCLAW, 'validate', '--schema-only', folder] },
    { name: 'ajv-cli, 1,000 files', argv: ajvCli(join(folder, '*.yaml')) },
  ]);
}

function ajvCli(files: string): string[] {
  return [AJV, 'validate', '--spec=draft2020', '--strict=false', '-s', SCHEMA, '-d', files];
}

/** Medians in milliseconds, in the order of the contestants. */
function takeTurns(rounds: number, contestants: readonly Contestant[]): readonly number[] {
  const times = contestants.map((): number[] => []);
  for (let round = -1; round < rounds; round++) {
    for (const [at, contestant] of contestants.entries()) {
      const took = run(contestant);
      if (round >= 0) times[at]!.push(took);
    }
  }
  return times.map(median);
}

function run({ name, argv }: Contestant): number {
  const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, ...env } = process.env;
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, argv, {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const took = performance.now() - started;
  if (status !== 0) throw new Error(`${name} ended with ${status}: ${stderr}`);
  return took;
}

function tableOf(
  [node, help, validate, ajvOne]: readonly number[],
  [many, schemaOnly, ajvMany]: readonly number[],
): BenchTable {
  const row = (name: string, took: number, beside: string, peer: number) => [
    name,
    Math.round(took * 10) / 10,
    beside,
    Math.round(peer * 10) / 10,
    Math.round((took / peer) * 100) / 100,
  ];
  return {
    title: 'Command line, whole processes (milliseconds, medians of runs that take turns)',
    columns: ['ours', 'ms', 'beside', 'ms', 'ratio'],
    rows: [
      row('nemoclaw --help', help!, 'node -e 0', node!),
      row('nemoclaw validate FILE', validate!, 'node -e 0', node!),
      row('nemoclaw validate FILE', validate!, 'ajv-cli', ajvOne!),
      row('nemoclaw validate --schema-only, 1,000 files', schemaOnly!, 'ajv-cli', ajvMany!),
      row('nemoclaw validate, 1,000 files', many!, 'ajv-cli', ajvMany!),
    ],
    verdicts: [
      ratio('nemoclaw --help to node -e 0', help! / node!, 1.3),
      ratio('nemoclaw validate FILE to node -e 0', validate! / node!, 1.8),
      ratio('nemoclaw validate FILE to ajv-cli', validate! / ajvOne!, 0.2),
      ratio('1,000 files against the schema to ajv-cli', schemaOnly! / ajvMany!, 0.8),
      ratio('1,000 files with their meaning to ajv-cli', many! / ajvMany!, 0.8),
    ],
  };
}

function ratio(figure: string, measured: number, most: number): BenchVerdict {
  return { figure, target: `at most ${most}`, measured: measured.toFixed(2), reached: measured <= most };
}
