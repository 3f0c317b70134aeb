import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Milliseconds that the whole project may take on a busy machine. */
const PATIENCE = 180_000;

/** What a program of the project says about its sources; empty when it is content. */
function complaints(program: string, ...argv: string[]): string {
  const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin', program), argv, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
  });
  return status === 0 ? '' : `${program} ended with ${status}\n${stdout}${stderr}`;
}

describe('the sources', () => {
  test('have correct types', () => expect(complaints('tsc', '--noEmit')).toBe(''), PATIENCE);
  test(
    'are formatted and without lint (npm run format)',
    () => expect(complaints('biome', 'check', '--max-diagnostics=50', '.')).toBe(''),
    PATIENCE,
  );
});
