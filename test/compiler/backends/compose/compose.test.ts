import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { compose } from '../../../../compiler/backends/compose/emit.ts';
import { landlock } from '../../../../compiler/backends/landlock/emit.ts';
import { limits } from '../../../../compiler/backends/limits/emit.ts';
import { artifactText, emitWith } from '../../../support/emissions.ts';
import { hostNeeds, publishedFiles } from '../../../support/host.ts';
import {
  denied,
  type PolicyParts,
  policyOf,
  readOnly,
  readWrite,
  scratch,
  targetOf,
} from '../../../support/policies.ts';
import { readSharedData } from '../../../support/shared-data.ts';

const IMAGE = `node@sha256:${'0'.repeat(64)}`;
const SANDBOX = { kind: 'user', user: 'sandbox', uid: 1000, gid: 1000 } as const;

function emissionOf(parts: PolicyParts) {
  const target = targetOf({ engine: 'docker', image: IMAGE });
  return emitWith([limits, landlock, compose], policyOf(parts), target)[2]!;
}
const fileOf = (parts: PolicyParts) => artifactText(emissionOf(parts), 'compose.yaml');

interface ComposeFile {
  name: string;
  services: Record<string, Record<string, unknown>>;
}
const readFile = (text: string) => parse(text, { version: '1.1' }) as ComposeFile;

const FULL: PolicyParts = {
  name: 'agent',
  entries: [readOnly('/usr'), readWrite('/home/agent'), readWrite('/work'), scratch('/tmp')],
  identity: SANDBOX,
  environment: { LANG: null, CI: '1' },
  limits: { processes: 128, open_files: 256, scratch_size: 65536 },
};

describe('the Compose file', () => {
  it('says the same as the arguments for docker run', () => {
    expect(fileOf(FULL)).toBe(`name: "nemoclaw-agent-d4f0bc5a"
services:
  agent:
    image: "${IMAGE}"
    init: true
    network_mode: "none"
    read_only: true
    cap_drop:
      - "ALL"
    security_opt:
      - "no-new-privileges:true"
      - "seccomp:./seccomp/container.json"
    ipc: "private"
    healthcheck:
      disable: true
    user: "1000:1000"
    working_dir: "/work"
    pids_limit: 128
    ulimits:
      nofile:
        soft: 256
        hard: 256
    environment:
      - "LANG"
      - "CI=1"
    volumes:
      - type: "bind"
        source: "./launch/nemoclaw-launcher"
        target: "/.nemoclaw/launcher"
        read_only: true
        bind:
          create_host_path: false
      - type: "bind"
        source: "./launch/plan.bin"
        target: "/.nemoclaw/plan"
        read_only: true
        bind:
          create_host_path: false
      - type: "volume"
        target: "/home/agent"
        read_only: false
      - type: "bind"
        source: "/work"
        target: "/work"
        read_only: false
        bind:
          create_host_path: false
          propagation: "rprivate"
    tmpfs:
      - "/tmp:rw,exec,nosuid,nodev,size=65536,uid=1000,gid=1000,mode=1777"
    entrypoint:
      - "/.nemoclaw/launcher"
      - "--plan"
      - "/.nemoclaw/plan"
      - "--"
`);
  });

  it('is accepted by the published schema', (context) => {
    hostNeeds(context, publishedFiles);
    const schema = JSON.parse(readSharedData('compose/compose-spec.json'));
    // The schema names draft 7 by its https address, which ajv knows by the http one only.
    const validate = new Ajv({ allErrors: true, strict: false, validateFormats: false }).compile({
      ...schema,
      $schema: 'http://json-schema.org/draft-07/schema#',
    });
    const hostile = [readWrite('/work $(id) ${HOME} \'"#: - &a'), scratch('/tmp')];
    const policies: PolicyParts[] = [
      FULL,
      {},
      { entries: hostile, workdir: hostile[0]!.path },
      { entries: [readOnly('/work'), denied('/work/.env')] },
    ];
    for (const parts of policies) {
      expect(validate(readFile(fileOf(parts))), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('asks for the ids of whoever starts it', () => {
    const { user } = readFile(fileOf({ entries: [readWrite('/work')] })).services.agent!;
    expect(user).toMatch(/^\$\{NEMOCLAW_UID:\?[^}]+\}:\$\{NEMOCLAW_GID:\?[^}]+\}$/);
  });

  it.each([
    ['/work/${HOME}', '/work/$${HOME}'],
    ['/work: {a: b}', '/work: {a: b}'],
    ['/work"\n  privileged: true', '/work"\n  privileged: true'],
    ['/yes', '/yes'],
  ])('keeps the path %j one text', (path, read) => {
    const service = readFile(fileOf({ entries: [readWrite(path)], workdir: path })).services.agent!;
    expect(service.working_dir).toBe(read);
    expect(service).not.toHaveProperty('privileged');
    const volumes = service.volumes as { source?: string; target: string }[];
    expect(volumes.at(-1)).toMatchObject({ source: read, target: read });
  });

  it('keeps the value of a variable as it is', () => {
    const value = '$HOME "\n  privileged: true';
    const { environment } = readFile(fileOf({ environment: { A: value } })).services.agent!;
    expect(environment).toEqual([`A=${value.replace('$', '$$$$')}`]);
  });

  it.each(['x\nservices: {}', '${HOME}', '../..', '-', '名前', 'A'.repeat(500)])(
    'makes a project name of %j that Compose takes',
    (name) => {
      expect(readFile(fileOf({ name })).name).toMatch(/^[a-z0-9][a-z0-9_-]{0,62}$/);
    },
  );

  it('is left out where a mount must be looked at first, and then covers nothing', () => {
    for (const entries of [
      [readWrite('/work'), readOnly('/work/.git')],
      [readOnly('/work'), denied('/work/.env', { optional: true })],
    ]) {
      const emission = emissionOf({ entries });
      expect(emission.artifacts).toEqual([]);
      expect(emission.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
        ['NC1650', 'warning'],
      ]);
      expect(emission.coverage.filesystem).toEqual({ kind: 'none' });
    }
  });
});
