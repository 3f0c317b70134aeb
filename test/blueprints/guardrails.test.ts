import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compileGuardrails } from '../../compiler/analysis/guardrails/compile.ts';
import { prove } from '../../compiler/analysis/guardrails/prove.ts';
import { parseGuardrails } from '../../compiler/frontend/guardrails/front-end.ts';
import { blueprint, policyOf, testBindings } from '../support/policy.ts';

const SHIPPED = join(import.meta.dirname, '../../blueprints');
const file = join(SHIPPED, 'guardrails/default.yaml');
const parsed = parseGuardrails(file, readFileSync(file));
const { guardrails, diagnostics } = compileGuardrails(parsed.file!, testBindings, () => {
  throw new Error('the shipped guardrails name no ceiling');
});

function broken(text: string): string[] {
  const policy = policyOf(text);
  return guardrails!
    .filter((one) => prove(policy, one.property, 0).outcome !== 'proved')
    .map(({ name }) => name);
}

const FILES = 'filesystem_policy:\n  include_workdir: true\n';
const network = (endpoint: string, binary = '/usr/bin/curl') =>
  `${FILES}network_policies:\n  one:\n    endpoints: [${endpoint}]\n    binaries: [${binary}]\n`;

describe('the shipped guardrails', () => {
  it('are right', () => {
    expect([...parsed.diagnostics, ...diagnostics]).toEqual([]);
  });

  it.each(readdirSync(SHIPPED).filter((name) => name.endsWith('.yaml')))('are kept by %s', (name) => {
    expect(broken(readFileSync(join(SHIPPED, name), 'utf8'))).toEqual([]);
  });

  it.each([
    [
      'no-cloud-metadata',
      network('{ host: a.example, port: 80, access: full, allowed_ips: [169.254.169.254] }'),
    ],
    ['no-cloud-metadata', network('{ host: "fd00:ec2::254", port: 80, access: read-only }')],
    [
      'no-cloud-metadata-by-name',
      network('{ host: "metadata.google.*", port: 80, access: read-only, grant: { owner: me } }'),
    ],
    ['no-credentials', `${FILES}  read_only: ["\${home}/.aws"]\n`],
    ['no-credentials', `${FILES}  read_only: [/home]\n`],
    ['no-credentials', `${FILES}  read_only: [/home/dev/.ssh]\n`],
    ['no-control-sockets', `${FILES}  read_write: [/run/user/1000]\n`],
    ['no-start-files', `${FILES}  read_write: [/lib64]\n`],
    ['no-tracing-and-mounting', `${FILES}syscalls: { allow: [pidfd_getfd] }\n`],
    ['no-streams-of-interpreters', network('{ host: a.example, port: 443, tls: skip }', '/usr/bin/node22')],
    [
      'no-cloud-metadata',
      network('{ host: a.example, port: 80, access: full, allowed_ips: ["64:ff9b::/96"] }'),
    ],
    ['no-start-files', `${FILES}  read_write: ["\${home}/.config"]\n`],
    ['no-control-sockets', `${FILES}  read_only: [/run]\n`],
    ['no-tracing-and-mounting', `${FILES}syscalls: { allow: ["@mount"] }\n`],
    ['owner-of-wildcards', network('{ host: "*.example.com", port: 443, access: read-only }')],
    [
      'no-streams-of-interpreters',
      network('{ host: a.example, port: 443, tls: skip }', '/usr/local/bin/python3.12'),
    ],
    ['landlock', `${FILES}landlock: { compatibility: best_effort }\n`],
  ])('find what breaks %s', (name, sections) => {
    expect(broken(blueprint(sections))).toContain(name);
  });
});
