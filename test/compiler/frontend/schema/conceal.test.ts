import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../../../compiler/frontend/schema/check.ts';
import { concealSecrets } from '../../../../compiler/frontend/schema/conceal.ts';
import { readYamlText } from '../../../../compiler/frontend/yaml/read.ts';
import { SourceFile } from '../../../../compiler/source/source-file.ts';

const random = (alphabet: string, length: number) =>
  Array.from({ length }, (_, at) => alphabet[(at * 7 + 3) % alphabet.length]).join('');
const word = (length: number) => random('a8Kq2ZpX7mTbR4vNc9LwE1yHs6DfG3jU', length);
const digits = (length: number) => random('8361947502', length);
const capitals = (length: number) => random('A7QX2MZ9KD', length);

/** Made up here, so that no scanner of this repository takes them for real ones. */
const CREDENTIALS: Record<string, string> = {
  'private key': `-----BEGIN RSA ${'PRIVATE'} KEY-----`,
  AWS: `AKIA${capitals(16)}`,
  'GitHub token': `ghp_${word(36)}`,
  'GitHub fine-grained token': `github_pat_${word(40)}`,
  GitLab: `glpat-${word(20)}`,
  'Slack token': `xoxb-${digits(12)}-${word(24)}`,
  'Slack webhook': `https://hooks.slack.com/services/T${capitals(8)}/B${capitals(8)}/${word(24)}`,
  'Discord webhook': `https://discord.com/api/webhooks/${digits(18)}/${word(60)}`,
  Google: `AIza${word(35)}`,
  OpenAI: `sk-${word(48)}`,
  'OpenAI project': `sk-proj-${word(48)}`,
  Anthropic: `sk-ant-api03-${word(80)}`,
  Stripe: `sk_${'live'}_${word(24)}`,
  NVIDIA: `nvapi-${word(60)}`,
  'Hugging Face': `hf_${word(34)}`,
  npm: `npm_${word(36)}`,
  PyPI: `pypi-${word(80)}`,
  Telegram: `${digits(9)}:AA${word(33)}`,
  JWT: `eyJ${word(30)}.eyJ${word(60)}.${word(40)}`,
  'password in a URL': `https://agent:${word(12)}@models.example.com/v1`,
};

const HEAD = 'apiVersion: nemoclaw.dev/v1\nkind: Blueprint\nmetadata:\n  name: secret\n';

function check(text: string) {
  const source = new SourceFile('blueprint.yaml', text);
  const { tree, diagnostics } = readYamlText(source);
  expect(diagnostics).toEqual([]);
  return checkSchema('blueprint', tree);
}

/** All that a renderer could print: words, and every line of the source that a diagnostic points into. */
function allThatIsShown(diagnostics: ReturnType<typeof checkSchema>): string {
  return diagnostics
    .map(({ message, help, primary }) => [message, help, primary?.source.text].join('\n'))
    .join('\n');
}

describe('credentials in a blueprint', () => {
  const places: Record<string, (secret: string) => string> = {
    'in a value': (secret) => `${HEAD}  description: "${secret}"\n`,
    'within a longer value': (secret) => `${HEAD}  description: 'see ${secret} for it'\n`,
    'under an unknown key': (secret) => `${HEAD}banana: "${secret}"\n`,
    'where another type belongs': (secret) => `${HEAD}landlock: "${secret}"\n`,
    'as a key': (secret) => `${HEAD}variables:\n  "${secret}": x\n`,
    'in a list': (secret) => `${HEAD}  owners: [me, "${secret}"]\n`,
    'in a comment': (secret) => `${HEAD}  # ${secret}\n  description: fine\n`,
    'written with an escape': (secret) =>
      `${HEAD}  description: "\\x${secret.charCodeAt(0).toString(16)}${secret.slice(1)}"\n`,
    'over several lines': (secret) => `${HEAD}  description: |\n    before\n    ${secret}\n    after\n`,
  };
  const cases = Object.entries(CREDENTIALS).flatMap(([kind, secret]) =>
    Object.entries(places).map(([place, text]) => [kind, place, secret, text(secret)] as const),
  );

  it.each(cases)('%s %s is refused and not shown', (_, place, secret, text) => {
    const found = check(text);
    const secrets = found.filter(({ name }) => name === 'blueprint/inline-secret');
    expect(secrets).toHaveLength(1);
    const { primary } = secrets[0]!;
    if (place !== 'written with an escape') {
      expect(text.slice(primary!.start, primary!.end)).toContain(secret.slice(-8));
    }
    expect(primary!.source.text).toHaveLength(text.length);
    expect(primary!.source.text.split('\n')).toHaveLength(text.split('\n').length);
    const shown = allThatIsShown(found);
    for (let at = 0; at + 8 <= secret.length; at++) {
      const part = secret.slice(at, at + 8);
      if (!/[A-Z0-9]{2}/.test(part) || HEAD.includes(part)) continue;
      expect(shown).not.toContain(part);
    }
  });

  it.each([
    ['process:\n  environment:\n    - { name: SUPPORT_TOKEN, value: q8Zr0vTn4LxW2pYb7KdM }\n', true],
    ['variables:\n  api-key: q8Zr0vTn4LxW2pYb7KdM\n', true],
    ['variables:\n  dbPassword: q8Zr0vTn4LxW2pYb7KdM\n', true],
    ['variables:\n  api-key: placeholder\n', false],
    ['variables:\n  api-key: ${other-variable-0123456789}\n', false],
    ['variables:\n  token-file: /run/secrets/q8Zr0vTn4LxW2pYb7KdM\n', false],
    ['variables:\n  commit: q8Zr0vTn4LxW2pYb7KdM\n', false],
    ['process:\n  environment:\n    - { name: MONKEY, value: q8Zr0vTn4LxW2pYb7KdM }\n', false],
  ])('goes by names that say credential: %j', (text, isSecret) => {
    const names = check(HEAD + text).map(({ name }) => name);
    expect(names).toEqual(isSecret ? ['blueprint/inline-secret'] : []);
  });

  it('does not say twice what is wrong with a concealed value', () => {
    expect(check(`${HEAD}landlock: { compatibility: "${CREDENTIALS.OpenAI}" }\n`)).toHaveLength(1);
  });

  it('does not take two values side by side for one', () => {
    expect(check(`${HEAD}  owners: [http://build.example.com:8080,me@example.com]\n`)).toEqual([]);
  });

  it('takes a mask in a file for the text that it is', () => {
    const found = check(`${HEAD}landlock: { compatibility: • }\n`);
    expect(found.map(({ name }) => name)).toEqual(['schema/unknown-value']);
  });

  it('says of many what it says of one, and counts the rest', () => {
    const found = check(
      `${HEAD}variables:\n${Array.from({ length: 50 }, (_, at) => `  v${at}: ${CREDENTIALS.npm}\n`).join('')}`,
    );
    expect(found).toHaveLength(21);
    expect(found[20]!.message).toBe('and 30 more mistakes');
  });

  it.each([
    'sk-',
    'sk-ab1-',
    '-eyJ',
    ' #',
    '\n#',
    '\n#ghp_',
    '.eyJ',
    '://',
    '://a:',
    '-----BEGIN ',
    'SG.',
    'npm_',
    'hooks.slack.com/services/T',
    '1',
    'a',
  ])('takes linear time on a text of %j', (part) => {
    const text = `${part.repeat(Math.floor(2 ** 20 / part.length))}`;
    const source = new SourceFile('hostile.yaml', text);
    const start = performance.now();
    concealSecrets({ source, root: { kind: 'scalar', value: text, start: 0, end: text.length } });
    expect(performance.now() - start).toBeLessThan(4_000);
  });
});
