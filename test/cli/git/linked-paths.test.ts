import { expect, test } from 'vitest';
import { CommitFiles, LINK_MODE } from '../../../cli/git/commit-files.ts';
import { throughLinks } from '../../../cli/git/linked-paths.ts';

/** A commit of files and links; a text that begins with `->` is where a link leads. */
function commit(files: Readonly<Record<string, string>>): CommitFiles {
  const entries = Object.entries(files).map(([path, text]) => {
    const mode = text.startsWith('->') ? LINK_MODE : '100644';
    return [path, { mode, id: text }] as const;
  });
  const read = (id: string) => ({
    ok: true as const,
    bytes: new TextEncoder().encode(id.replace(/^->/, '')),
  });
  return new CommitFiles(new Map(entries), {
    read,
    load: () => null,
    sift: () => ({ ok: true, wanted: new Set<string>(), missing: new Set<string>() }),
  });
}

const same = (path: string) => ({ old: path, next: path });

test('a file whose folder becomes a link, and one behind a link that leads elsewhere, have changed', () => {
  const old = commit({ 'a/x': 'x', 'b/x': 'y', at: '->./a/', 'in/at': '->../a' });
  const next = commit({ a: '->b', 'b/x': 'y', at: '->b', 'in/at': '->../b' });
  const changed = [{ old: 'a/x', next: null }, { old: null, next: 'a' }, same('at'), same('in/at')];
  expect(throughLinks({ old, next, changed })).toEqual([same('a/x'), same('at/x'), same('in/at/x')]);
});

test('what is gone, is a file of its own now, or lies outside is none', () => {
  const old = commit({ 'a/x': 'x', 'a/y': 'y', at: '->a', out: '->../a', loop: '->loop' });
  const next = commit({ 'a/y': 'y', 'at/y': 'z', out: '->a', loop: '->a' });
  const changed = [
    { old: 'a/x', next: null },
    { old: 'at', next: null },
    { old: null, next: 'at/y' },
  ];
  expect(throughLinks({ old, next, changed: [...changed, same('out'), same('loop')] })).toEqual([]);
});

test('links that lead into each other again and again are given up', () => {
  const levels = Array.from({ length: 40 }, (_, at) => [
    [`d${at}/one`, `->../d${at + 1}`],
    [`d${at}/two`, `->../d${at + 1}`],
  ]).flat();
  const old = commit({ ...Object.fromEntries(levels), 'd40/x': 'x', at: '->d0' });
  expect(throughLinks({ old, next: commit({ at: '->none' }), changed: [same('at')] })).toBeNull();
});
