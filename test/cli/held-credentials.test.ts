import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, describe as group, test } from 'vitest';
import { prepareCredentials } from '../../cli/held-credentials.ts';
import { blueprint, describe, policyOf } from '../support/policy.ts';
import { worldOf } from './world.ts';

const SECRET = 'ghp-the-real-value';
const policyWith = (credential: string, files = 'read_write: [/work/project]') =>
  policyOf(
    blueprint(`filesystem_policy: { ${files} }
network_policies: { web: { endpoints: [{ host: a.example.com, port: 443, access: full }] } }
credentials: { github: { ${credential}, endpoints: [{ host: a.example.com }] } }
`),
  );
const VARIABLE = 'credential_env: GITHUB_TOKEN';
const FILE = 'credential_file: /secrets/token, placeholder_env: GH_TOKEN';

/** What is held inside and outside, or the findings and all that they say. */
function prepared(
  credential: string,
  environment: Record<string, string>,
  files: Record<string, string> = {},
) {
  const result = prepareCredentials(policyWith(credential), worldOf(files, environment).io);
  if (result.ok) return result;
  const said = JSON.stringify(result.problems.map(({ message, help }) => [message, help]));
  return { findings: result.problems.map(describe), said };
}

group('a credential', () => {
  test('has a placeholder that is another one at each start', () => {
    const policy = policyWith(VARIABLE);
    const { io } = worldOf({}, { GITHUB_TOKEN: SECRET });
    const starts = [prepareCredentials(policy, io), prepareCredentials(policy, io)];
    const placeholders = starts.map((start) => (start.ok ? start.variables.GITHUB_TOKEN : null));
    for (const placeholder of placeholders)
      expect(placeholder).toMatch(/^nemoclaw_placeholder_[0-9a-f]{40}$/);
    expect(new Set(placeholders).size).toBe(2);
    expect(starts[0]).toMatchObject({
      held: [{ name: 'github', placeholder: placeholders[0], secret: SECRET }],
    });
  });

  test('of a file has its value without the line break at the end', () => {
    expect(prepared(FILE, {}, { '/secrets/token': `${SECRET}\n` })).toMatchObject({
      held: [{ name: 'github', secret: SECRET }],
      variables: { GH_TOKEN: expect.stringMatching(/^nemoclaw_placeholder_/) },
    });
  });

  test.each([
    [VARIABLE, {}, 'credential/missing', '`GITHUB_TOKEN` is not set'],
    [VARIABLE, { GITHUB_TOKEN: '' }, 'credential/missing', '`GITHUB_TOKEN` is empty'],
    [FILE, {}, 'credential/file-unusable', '`/secrets/token`: no such file or folder'],
  ])('that is missing keeps the agent from starting: %s', (credential, environment, name, words) => {
    const result = prepared(credential, environment);
    expect(result).toMatchObject({ findings: [`${name} @ github`], said: expect.stringContaining(words) });
  });

  test.each([VARIABLE, FILE])('that is missing and optional is left out: %s', (credential) => {
    expect(prepared(`${credential}, optional: true`, {})).toEqual({ ok: true, held: [], variables: {} });
  });

  test.each([
    [`${SECRET}\nX-More: 1`, 'it has several lines'],
    [`${SECRET} `, 'it begins or ends with a blank'],
    [`${SECRET}é`, 'it has characters beyond printable ASCII'],
    ['1234567', 'it has fewer than 8 characters'],
    ['x'.repeat(8193), 'it has more than 8192 characters'],
  ])(
    'that no header field can carry, or that is too short, is refused without being shown',
    (value, words) => {
      const result = prepared(`${VARIABLE}, optional: true`, { GITHUB_TOKEN: value });
      expect(result).toMatchObject({
        findings: ['credential/value-unusable @ github'],
        said: expect.stringContaining(words),
      });
      expect(JSON.stringify(result)).not.toContain(value.slice(0, 7));
    },
  );

  test('in a file that the agent could read through a link is refused', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nemoclaw-')));
    mkdirSync(join(folder, 'secrets'));
    symlinkSync('secrets', join(folder, 'link'));
    const file = join(folder, 'secrets/token');
    const { io } = worldOf({ [file]: SECRET });
    const found = (granted: string) => {
      const credential = `credential_file: ${file}, placeholder_env: GH_TOKEN`;
      const policy = policyWith(credential, `read_write: [/work/project], read_only: [${granted}]`);
      const result = prepareCredentials(policy, io);
      return result.ok ? [] : result.problems.map(describe);
    };
    expect(found(join(folder, 'link'))).toEqual(['credential/within-reach @ github']);
    expect(found(join(folder, 'other'))).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
