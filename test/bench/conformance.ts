import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchTable } from './table.ts';

const PROJECT = join(import.meta.dirname, '../..');
const LEAST_PROBES = 2000;

/** What of vitest's JSON report is used here. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly duration?: number;
    }[];
  }[];
}

/** Runs the conformance tests: attempts under random policies, each a real process, and what `decide` says of them. */
export async function benchConformance(): Promise<BenchTable> {
  const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-bench-'));
  try {
    const file = join(folder, 'report.json');
    const argv = ['run', 'test/conformance', '--reporter=json', `--outputFile=${file}`];
    spawnSync(join(PROJECT, 'node_modules/.bin/vitest'), argv, {
      cwd: PROJECT,
      stdio: 'ignore',
      env: { ...process.env, REQUIRE_HOST: '1' },
    });
    return tableOf(JSON.parse(readFileSync(file, 'utf8')) as Report);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tableOf({ testResults }: Report): BenchTable {
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults);
  const attempts = tests.find(({ title }) => /^\d+ attempts /.test(title));
  const count = Number.parseInt(attempts?.title ?? '0', 10);
  const failed = tests.filter(({ status }) => status !== 'passed');
  const reached = failed.length === 0 && count >= LEAST_PROBES;
  return {
    title: 'The kernel beside what the policy means',
    columns: ['test', 'outcome', 'seconds'],
    rows: tests.map(({ title, status, duration = 0 }) => [title, status, Math.round(duration / 100) / 10]),
    verdicts: [
      {
        figure: 'probes of the kernel without a mismatch',
        target: `at least ${LEAST_PROBES}, no mismatch`,
        measured: failed.length === 0 ? `${count} probes` : failed.map(({ title }) => title).join(', '),
        reached,
      },
    ],
  };
}
