import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packFindings, unpackFindings } from '../../cli/packed-findings.ts';
import { finding, marked } from '../compiler/diagnostics/finding.ts';
import { BAD, GOOD, nemoclaw, temporaryFolder } from './nemoclaw.ts';

const FILES = 450;

/** Every seventh file is wrong. */
function manyFiles(): string {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'many'));
  for (let at = 0; at < FILES; at++) {
    writeFileSync(join(cwd, 'many', `${String(at).padStart(3, '0')}.yaml`), at % 7 === 0 ? BAD : GOOD);
  }
  return cwd;
}

describe('many files', () => {
  test('are shared out among threads, with the same answers in the same order', async () => {
    const cwd = manyFiles();
    const together = await nemoclaw(['validate', 'many', '-o', 'json'], { cwd });
    expect(together.exitCode).toBe(1);
    const { files, diagnostics, counts } = JSON.parse(together.stdout);
    expect(files).toHaveLength(FILES);
    expect(files.map(({ path }: { path: string }) => path)).toEqual(
      files.map(({ path }: { path: string }) => path).toSorted(),
    );
    expect(counts).toEqual({ errors: Math.ceil(FILES / 7), warnings: 0, notes: 0 });
    for (const at of [0, 63, 448]) {
      const path = `many/${String(at).padStart(3, '0')}.yaml`;
      const alone = JSON.parse((await nemoclaw(['validate', path, '-o', 'json'], { cwd })).stdout);
      const found = diagnostics.filter(({ place }: { place: { file: string } }) => place.file === path);
      expect(found).toEqual(alone.diagnostics);
    }
  });

  test('that cannot be read are named wherever they are', async () => {
    const cwd = manyFiles();
    const paths = Array.from({ length: 300 }, (_, at) =>
      at % 100 === 50 ? `gone-${at}.yaml` : 'many/001.yaml',
    );
    const { exitCode, stderr } = await nemoclaw(['validate', ...new Set(paths), 'many'], { cwd });
    expect(exitCode).toBe(1);
    for (const at of [50, 150, 250])
      expect(stderr).toContain(`gone-${at}.yaml: error: the file cannot be read`);
  });
});

test('findings are the same after their way between threads', () => {
  const span = marked('a: [[b]]\nc: d\n');
  const related = [{ span: { ...span, start: 0, end: 1 }, label: 'here' }];
  const before = [finding(span, { related }), finding(null), finding(marked('[[x]]', 'other.yaml'))];
  const after = unpackFindings(structuredClone(packFindings(before)));
  expect(
    after.map(({ primary, ...rest }) => [rest.message, primary?.source.path, primary?.start, primary?.end]),
  ).toEqual(
    before.map(({ primary, ...rest }) => [rest.message, primary?.source.path, primary?.start, primary?.end]),
  );
  expect(after[0]!.related[0]!.span.source).toBe(after[0]!.primary!.source);
  expect(after[0]!.primary!.source.positionAt(9)).toEqual({ line: 2, column: 5 });
});
