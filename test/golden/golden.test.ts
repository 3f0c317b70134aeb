import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildBundle } from '../../compiler/bundle/bundle.ts';
import { canonicalJson } from '../../compiler/bundle/canonical-json.ts';
import { lockedBundle } from '../../compiler/bundle/lock.ts';
import { readable } from '../../compiler/bundle/readable.ts';
import { parseTargetFile } from '../../compiler/frontend/target/target-file.ts';
import { loadPolicy } from '../../compiler/load-policy.ts';
import { describe as described } from '../support/policy.ts';
import { readerOver } from '../support/reader.ts';

/** `npm run goldens` writes what is expected instead of comparing; the difference is then reviewed like code. */
const RECORDING = process.env.RECORD_GOLDENS === '1';

const cases = readdirSync(import.meta.dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

/** Every file that a case compiles to, by path below `expected/`. Binary ones stand beside what they say in words. */
function compiled(folder: string): Map<string, Buffer> {
  const read = (name: string) => readFileSync(join(folder, name));
  const { file, diagnostics: targetFindings } = parseTargetFile('target.json', read('target.json'));
  if (file === null) throw new Error(targetFindings.map(described).join('\n'));
  const bindings = {
    workdir: '/sandbox',
    home: '/home/sandbox',
    users: {},
    groups: {},
    variables: {},
    ...file.place,
  };
  const loaded = loadPolicy('blueprint.yaml', read('blueprint.yaml'), readerOver({}), bindings);
  const files = new Map<string, Buffer>();
  const findings = [...loaded.diagnostics];
  if (loaded.policy !== null) {
    const { bundle, diagnostics } = buildBundle(loaded.policy, file.target, bindings, loaded.inputs);
    findings.push(...diagnostics);
    if (bundle !== null) {
      files.set('manifest.json', Buffer.from(bundle.manifestBytes));
      files.set('lock.json', Buffer.from(canonicalJson(lockedBundle(bundle))));
      for (const artifact of bundle.artifacts) {
        files.set(artifact.path, Buffer.from(artifact.bytes));
        const described = bundle.manifest.artifacts.find(({ path }) => path === artifact.path)!;
        const words = readable(described, artifact.bytes, file.target.architecture);
        if (words !== null) files.set(`${artifact.path}.txt`, Buffer.from(words));
      }
    }
  }
  files.set(
    'findings.txt',
    Buffer.from(findings.map((each) => `${each.severity} ${described(each)}\n`).join('')),
  );
  return files;
}

function filesBelow(folder: string, prefix = ''): string[] {
  if (!existsSync(join(folder, prefix))) return [];
  return readdirSync(join(folder, prefix), { withFileTypes: true }).flatMap((entry) => {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(folder, path) : [path];
  });
}

function record(expected: string, files: ReadonlyMap<string, Buffer>): void {
  rmSync(expected, { recursive: true, force: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(expected, path)), { recursive: true });
    writeFileSync(join(expected, path), bytes);
  }
}

describe.each(cases)('%s', (name) => {
  const folder = join(import.meta.dirname, name);
  const expected = join(folder, 'expected');

  test('compiles to exactly the expected files', () => {
    const files = compiled(folder);
    if (RECORDING) record(expected, files);
    expect([...files.keys()].sort()).toEqual(filesBelow(expected).sort());
    for (const [path, bytes] of files) {
      const wanted = readFileSync(join(expected, path));
      if (/\.(bin|bpf)$/.test(path)) expect(bytes.equals(wanted), `${path} differs`).toBe(true);
      else expect(bytes.toString()).toBe(wanted.toString());
    }
  });
});
