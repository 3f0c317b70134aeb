import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decide } from '../../compiler/ir/decide.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import { load } from '../support/policy.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/network.md'), 'utf8');

test("the page's blueprint is right and allows what the page runs", () => {
  const [, text] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { policy, diagnostics } = load(text!);
  expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  const access = {
    facet: 'egress',
    host: 'api.github.com',
    port: 443,
    binary: '/usr/bin/curl',
    sha256: null,
    address: '140.82.112.6',
    at: Date.UTC(2026, 0, 1),
  } as const;
  const asked = (path: string) => ({ ...access, http: { method: 'GET', path, query: [], operations: ALL } });
  expect(decide(policy!, asked('/repos/nodejs/node/releases'))).toMatchObject({ verdict: 'allow' });
  expect(decide(policy!, asked('/user'))).toMatchObject({ verdict: 'deny' });
});
