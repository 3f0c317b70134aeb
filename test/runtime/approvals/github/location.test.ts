import { expect, test } from 'vitest';
import { apiFor, mayHoldToken, repositoryAt } from '../../../../runtime/approvals/github/location.ts';

const AT = { host: 'github.com', owner: 'acme', name: 'blueprints' };

test.each([
  'https://github.com/acme/blueprints.git',
  'https://github.com/acme/blueprints',
  'https://x-access-token:secret@github.com/acme/blueprints.git/',
  'git@github.com:acme/blueprints.git',
  'github.com:acme/blueprints',
  'ssh://git@github.com/acme/blueprints.git',
  'ssh://git@ssh.github.com:443/acme/blueprints.git',
  'https://GitHub.com/acme/blueprints',
])('%s is that repository', (url) => {
  expect(repositoryAt(url)).toEqual(AT);
});

test.each([
  '/srv/git/blueprints.git',
  'file:///srv/acme/blueprints.git',
  'git://github.com/acme/blueprints',
  'https://github.com/acme',
  'https://github.com/acme/blueprints/tree/main',
  'https://github.com/acme/..',
  'https://github.com/-x/y',
  'git@github.com:acme/blue prints',
  'https://github.com/acme/$(x)',
  'ext::sh -c x/y',
  '../other/one',
  '',
])('%j is none', (url) => {
  expect(repositoryAt(url)).toBeNull();
});

test('a server of an enterprise is its own host', () => {
  expect(repositoryAt('git@git.corp.example:team/a.b_c-d.git')).toEqual({
    host: 'git.corp.example',
    owner: 'team',
    name: 'a.b_c-d',
  });
});

test('the address of the API is one that was named for the server of the remote', () => {
  const none = { named: null, api: null, server: null };
  const corp = { ...AT, host: 'git.corp.example' };
  expect(apiFor(AT, none)).toBe('https://api.github.com');
  expect(apiFor(corp, none)).toBeNull();
  expect(apiFor(corp, { ...none, named: 'https://git.corp.example/api/v3/' })).toBe(
    'https://git.corp.example/api/v3',
  );
  const workflow = {
    named: null,
    api: 'https://git.corp.example/api/v3',
    server: 'https://git.corp.example',
  };
  expect(apiFor(corp, workflow)).toBe('https://git.corp.example/api/v3');
  // A token is not sent to the server of the workflow for a remote elsewhere, nor the other way round.
  expect(apiFor({ ...AT, host: 'gitlab.com' }, workflow)).toBeNull();
  expect(apiFor(AT, workflow)).toBe('https://api.github.com');
});

test.each([
  ['https://api.github.com', true],
  ['http://127.0.0.1:8080/api', true],
  ['http://api.github.com', false],
  ['https://user:pass@api.github.com', false],
  ['https://api.github.com?x=', false],
  ['ftp://127.0.0.1', false],
  ['api.github.com', false],
])('%s may hold a token: %s', (address, may) => {
  expect(mayHoldToken(address)).toBe(may);
});
