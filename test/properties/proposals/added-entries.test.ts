import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entryPlain } from '../../../cli/proposals/entry.ts';
import { meansExactly } from '../../../cli/proposals/exact-meaning.ts';
import { narrowestEntries } from '../../../cli/proposals/narrowest.ts';
import { WIDTHS, type Width } from '../../../cli/proposals/widths.ts';
import { addEntry } from '../../../compiler/edit/add/add-entry.ts';
import { changeText } from '../../../compiler/edit/change-text.ts';
import { nodeIn } from '../../../compiler/edit/places.ts';
import { readYamlText } from '../../../compiler/frontend/yaml/read.ts';
import type { EgressAccess } from '../../../compiler/ir/access.ts';
import { decide } from '../../../compiler/ir/decide.ts';
import { ALL } from '../../../compiler/ir/extent.ts';
import { loadPolicy } from '../../../compiler/load-policy.ts';
import { SourceFile } from '../../../compiler/source/source-file.ts';
import { hostNeeds, publishedFiles } from '../../support/host.ts';
import { testBindings } from '../../support/policy.ts';
import { readerOver } from '../../support/reader.ts';
import { Seeded } from '../../support/seeded.ts';
import { sharedData } from '../../support/shared-data.ts';

const root = join(import.meta.dirname, '../../..');
const reader = readerOver({});
const AT = Date.UTC(2026, 0, 1);

function yamlIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => join(folder, name));
}

/** Blueprints that this project ships or tests with, and that stand for themselves. */
const BLUEPRINTS = ['blueprints', 'examples', 'test/fixtures/blueprints/valid', 'test/golden']
  .flatMap((folder) => yamlIn(join(root, folder)))
  .map((path) => readFileSync(path, 'utf8'))
  .filter((text) => /^kind: Blueprint/m.test(text))
  .filter((text) => policyIn(text) !== null);

function policyIn(text: string) {
  return loadPolicy('agent.yaml', Buffer.from(text), reader, testBindings).policy;
}

/** Other layouts of the same document. */
function laidOut(text: string, random: Seeded): string {
  const lines = text.trimEnd().split('\n');
  const remarked = lines.flatMap((line, at) => {
    const next = lines[at + 1] ?? '';
    const isPlain = /^ *[\w-]+:/.test(line) && /^ *[\w-]+:/.test(next);
    return isPlain && random.below(8) === 0 ? [line, `${/^ */.exec(next)![0]}# remark ${at}`] : [line];
  });
  const lineBreak = random.below(4) === 0 ? '\r\n' : '\n';
  const end =
    random.below(5) === 0 ? '' : random.below(4) === 0 ? `${lineBreak}# the end${lineBreak}` : lineBreak;
  return remarked.join(lineBreak) + end;
}

const HOSTS = [
  'api.example.com',
  'github.com',
  'a-b.c.example.org',
  '10.0.0.7',
  'registry.npmjs.org',
  '8.8.8.8',
];
const PATHS = ['/', '/v1/items', '/a b/c', '/x/', '/@scope/name', "/it's/#", '/%41', '/ä/ö', '/1', '/yes'];

function someAccess(random: Seeded, host: string, binary: string): EgressAccess {
  const request = {
    method: random.pick(['GET', 'POST', 'DELETE', 'PATCH']),
    path: random.pick(PATHS.filter((path) => !/[#%]/.test(path))),
    query: [],
    operations: ALL,
  };
  return {
    facet: 'egress',
    host,
    port: random.pick([443, 80, 8443]),
    binary,
    sha256: null,
    address: null,
    http: random.below(4) === 0 ? null : request,
    at: AT,
  };
}

function someEntries(random: Seeded, widths: ReadonlySet<Width>) {
  const host = random.pick(HOSTS);
  const binary = random.pick(['/usr/bin/curl', '/opt/my tool/bin', '/usr/bin/node']);
  const accesses = Array.from({ length: 1 + random.below(3) }, () => someAccess(random, host, binary));
  const requests = accesses.map((access, at) => ({ id: `req-${at}`, accesses: [access], nearest: null }));
  return { accesses, narrowed: narrowestEntries(requests, widths) };
}

/** Lines that are in the new text at their place in the old one; the added ones are between them. */
function isOnlyLonger(before: string, after: string): boolean {
  const old = before.split('\n');
  if (before.endsWith('\n')) old.pop();
  let at = 0;
  // A last line that had no end has one now.
  for (const line of after.split('\n'))
    if (at < old.length && line.replace(/\r$/, '') === old[at]!.replace(/\r$/, '')) at++;
  return at === old.length && after.length > before.length;
}

/** The text without the entries again, as who removes an ended grant takes them out. */
function takenBack(text: string, keys: readonly string[]): string {
  const source = new SourceFile('agent.yaml', text);
  const { root } = readYamlText(source).tree;
  const endpoints = keys.flatMap((key) => {
    const list = nodeIn(root!, ['network_policies', key, 'endpoints']);
    return list?.kind === 'sequence' ? list.items : [];
  });
  const changed = changeText(
    source,
    endpoints.map((span) => ({ kind: 'remove', span }) as const),
  );
  if (changed === null) throw new Error(`cannot be taken back:\n${text}`);
  return changed;
}

function withoutBlankLines(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/\r$/, ''))
    .join('\n');
}

const GRANT = {
  owner: "o'brien@example.com",
  reason: 'needs: it # now',
  ticket: null,
  approver: null,
  expires: '2026-02-01',
  audit: [],
};

describe('300 random edits of real blueprints', () => {
  test.each(Array.from({ length: 30 }, (_, batch) => batch))(
    'change only added lines, and mean old and entry (%i)',
    (batch) => {
      expect(BLUEPRINTS.length).toBeGreaterThan(8);
      for (let each = 0; each < 10; each++) {
        const random = new Seeded(batch * 10 + each);
        const text = laidOut(random.pick(BLUEPRINTS), random);
        const widths = new Set(
          random.below(3) === 0 ? [random.pick(WIDTHS.filter((one) => one !== 'host'))] : [],
        );
        const { accesses, narrowed } = someEntries(random, widths);
        if (!narrowed.ok) throw new Error(narrowed.problem);
        const plain = Object.fromEntries(
          narrowed.entries.map((entry) => [entry.key, entryPlain(entry, GRANT)]),
        );
        let edited = text;
        for (const [key, value] of Object.entries(plain)) {
          const next = addEntry(new SourceFile('agent.yaml', edited), 'network_policies', key, value);
          expect(next, edited).not.toBeNull();
          edited = next!;
        }
        expect(isOnlyLonger(text, edited), `${text}\n----\n${edited}`).toBe(true);
        const [old, next] = [policyIn(text)!, policyIn(edited)];
        expect(next, edited).not.toBeNull();
        expect(meansExactly(old, next!, plain, reader, testBindings), edited).toBe(true);
        expect(withoutBlankLines(takenBack(edited, Object.keys(plain)))).toBe(withoutBlankLines(text));
        for (const access of accesses) {
          const verdict = decide(next!, access);
          expect(verdict.verdict === 'allow' || verdict.why === 'denied', edited).toBe(true);
        }
      }
    },
  );
});

test('an entry that says more or less than was asked for is told from it', () => {
  const [text] = BLUEPRINTS;
  const endpoint = { host: 'api.example.com', port: 443, protocol: 'http' };
  const entry = (path: string) => ({
    endpoints: [{ ...endpoint, rules: [{ allow: { method: 'GET', path } }] }],
  });
  const edited = addEntry(new SourceFile('', text!), 'network_policies', 'req-0', entry('/v1/**'))!;
  const means = (path: string) =>
    meansExactly(policyIn(text!)!, policyIn(edited)!, { 'req-0': entry(path) }, reader, testBindings);
  expect([means('/v1/**'), means('/v1/*'), means('/**')]).toEqual([true, false, false]);
});

test('published policies of OpenShell and NemoClaw keep every line', (context) => {
  hostNeeds(context, publishedFiles);
  const files = yamlIn(sharedData('corpus'));
  expect(files.length).toBeGreaterThan(10);
  for (const [at, path] of files.entries()) {
    const random = new Seeded(at);
    const text = laidOut(readFileSync(path, 'utf8'), random);
    const { narrowed } = someEntries(random, new Set());
    if (!narrowed.ok) throw new Error(narrowed.problem);
    const edited = addEntry(
      new SourceFile(path, text),
      'network_policies',
      'req-0',
      entryPlain(narrowed.entries[0]!, GRANT),
    );
    expect(edited === null || isOnlyLonger(text, edited), `${path}\n${edited}`).toBe(true);
    if (edited === null) throw new Error(`${path} cannot be added to`);
  }
});
