import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findEntry } from '../../../../compiler/diagnostics/catalog.ts';
import { mayRequest } from '../../../blueprints/access.ts';
import { load, describe as wordsOf } from '../../../support/policy.ts';
import { withEndpoint } from './translated.ts';

const page = readFileSync(join(import.meta.dirname, '../../../../docs/how-to/from-openshell.md'), 'utf8');

describe('the page for users of OpenShell', () => {
  it('names findings that exist', () => {
    const codes = [...new Set(page.match(/NC\d{4}/g))];
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => findEntry(code) === null)).toEqual([]);
  });

  it('shows a blueprint that works', () => {
    const text = /```yaml\n(apiVersion[\s\S]*?)```/.exec(page)?.[1] ?? '';
    const telegram = '{ host: api.telegram.org, port: 443, protocol: rest, access: read-only }';
    const files = {
      'policy.yaml': `${withEndpoint(telegram).replace('  api:', '  telegram:')}filesystem_policy: { include_workdir: true }\n`,
    };
    const { policy, diagnostics } = load(text, {}, files);
    const errors = diagnostics.filter(({ severity }) => severity === 'error').map(wordsOf);
    expect(errors).toEqual([]);
    expect(diagnostics.map(wordsOf)).toContain('resolve/override @ telegram');
    const send = 'POST https://api.telegram.org/bot1:a/sendMessage';
    expect(policy && mayRequest(policy, '/usr/bin/node', send)).toBe(true);
    expect(policy && mayRequest(policy, '/usr/bin/curl', send)).toBe(false);
  });
});
