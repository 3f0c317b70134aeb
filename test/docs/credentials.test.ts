import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { credentialsFor } from '../../compiler/ir/credential.ts';
import { decide } from '../../compiler/ir/decide.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import { load } from '../support/policy.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/credentials.md'), 'utf8');

test("the page's blueprint is right, and its token goes where the page says", () => {
  const [, text] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const { policy, diagnostics } = load(text!);
  expect(diagnostics.filter(({ severity }) => severity !== 'note')).toEqual([]);
  const at = Date.UTC(2026, 0, 1);
  const http = { method: 'GET', path: '/repos/acme/site', query: [], operations: ALL };
  const access = {
    facet: 'egress',
    host: 'api.github.com',
    port: 443,
    binary: '/usr/bin/curl',
    sha256: null,
    address: '140.82.112.6',
    http,
    at,
  } as const;
  expect(decide(policy!, access)).toMatchObject({ verdict: 'allow' });
  expect(credentialsFor(policy!, access, at)).toMatchObject([
    { name: 'github', variable: 'GITHUB_TOKEN', header: 'authorization' },
  ]);
});
