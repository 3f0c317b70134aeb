import { entry } from '../entry.ts';

export const sourceUnknownLanguage = entry<Record<string, never>>(
  'NC1100',
  'source/unknown-language',
  'error',
  {
    message: () => 'this is neither a blueprint nor an OpenShell policy',
    help: () => 'start a blueprint with `apiVersion: nemoclaw.dev/v1` and `kind: Blueprint`',
    explanation:
      'A blueprint says so in its first keys, `apiVersion` and `kind`. A policy of OpenShell or NemoClaw is known by ' +
      '`version: 1`, a NemoClaw preset by `preset`. A file that is none of them is refused rather than guessed at.',
  },
);

export const sourceUnreadable = entry<{ detail: string }>('NC1000', 'source/unreadable', 'error', {
  message: ({ detail }) => `the file cannot be read: ${detail}`,
  explanation:
    'A file that is missing, not a regular file, larger than 4 MiB or closed to this user cannot be checked, and what ' +
    'cannot be checked is refused.',
});

export const sourcePart = entry<{ kind: string; name: string }>('NC1099', 'source/part', 'error', {
  message: ({ kind, name }) => `\`${name}\` is a ${kind}, not a blueprint`,
  help: ({ kind, name }) => `write a blueprint with \`extends: [{ ${kind}: ${name} }]\``,
  explanation:
    'A preset or a tier is a part that blueprints extend. It does not say where the agent works or what it needs to run, ' +
    'so it can be validated but not compiled or run by itself.',
});

const USES: Readonly<Record<string, string>> = {
  'policy-test': 'run it with `nemoclaw test`, or name the blueprint that it tests',
  guardrails: 'name a blueprint, and this file with `nemoclaw prove BLUEPRINT --guardrails FILE`',
  controls: 'name a blueprint, and this file with `nemoclaw report BLUEPRINT --controls FILE`',
  target: 'name a blueprint, and this file with `nemoclaw compile BLUEPRINT --target FILE`',
};

export const sourceNoPolicy = entry<{ kind: 'policy-test' | 'guardrails' | 'controls' | 'target' }>(
  'NC1098',
  'source/no-policy',
  'error',
  {
    message: ({ kind }) =>
      `this file holds ${kind === 'policy-test' ? 'tests of blueprints' : kind} and is no blueprint`,
    help: ({ kind }) => USES[kind] ?? null,
    explanation:
      'A file with `kind: PolicyTest` says what blueprints must allow and deny, and one with `kind: Guardrails` what none ' +
      'may allow; `kind: Controls` is for `nemoclaw report` and `kind: Target` says where an agent will run. They grant ' +
      'nothing by themselves, so they can be validated and used, but not compiled.',
  },
);
