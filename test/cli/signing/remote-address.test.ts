import { expect, test } from 'vitest';
import { publicAddress } from '../../../cli/signing/remote-address.ts';

test.each([
  ['https://git.example.com/a.git', 'https://git.example.com/a.git'],
  ['https://user:hunter2@git.example.com/a.git', 'https://git.example.com/a.git'],
  ['https://ghp_token@github.com/a/b', 'https://github.com/a/b'],
  ['https://git.example.com/a.git?token=x#y', 'https://git.example.com/a.git'],
  ['ssh://git@git.example.com:2222/a.git', 'ssh://git@git.example.com:2222/a.git'],
  ['ssh://git:hunter2@git.example.com/a.git', 'ssh://git@git.example.com/a.git'],
  ['git@github.com:a/b.git', 'git@github.com:a/b.git'],
  ['file:///srv/git/a.git', 'file:///srv/git/a.git'],
  ['/home/me/a', null],
  ['../a', null],
  ['', null],
  ['https://git.example.com/\u001b[2J', null],
  ['two words', null],
])('%s may stand in a statement as %s', (address, expected) => {
  expect(publicAddress(address)).toBe(expected);
});
