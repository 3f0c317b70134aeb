import { describe, expect, test } from 'vitest';
import type { Change, Side } from '../../../../compiler/analysis/difference/change.ts';
import {
  phraseOfExample,
  phraseOfSet,
  phraseOfUnknown,
  plainPhrase,
} from '../../../../compiler/report/difference/phrase.ts';
import { madeChange, side } from './comparisons.ts';

const except = (name: string, ...terms: readonly (readonly [string[], string[]])[]): Side => ({
  name,
  terms: terms.map(([all, excepted]) => ({ all, except: excepted })),
});
const HOST = side('host', 'api.github.com');
const PORT = side('port', '443');
const GH = side('binary', '/usr/bin/gh');
const PUBLIC = side('address', 'public addresses');
const SEEN = side('seen as', 'inspected HTTP requests');
const STREAM = side('seen as', 'an opaque tunnel');

describe('a set reads as', () => {
  test.each<[string, Change['facet'], Side[], string]>([
    [
      'one request',
      'egress',
      [
        HOST,
        PORT,
        GH,
        PUBLIC,
        SEEN,
        side('method', 'POST'),
        except('path', [['/repos/acme/**'], ['/**/admin/**']]),
      ],
      'POST /repos/acme/** except /**/admin/** on api.github.com:443 by /usr/bin/gh',
    ],
    [
      'several methods',
      'egress',
      [HOST, PORT, GH, PUBLIC, SEEN, side('method', 'GET', 'HEAD')],
      'GET or HEAD on api.github.com:443 by /usr/bin/gh',
    ],
    [
      'all but some methods',
      'egress',
      [HOST, PORT, GH, PUBLIC, SEEN, except('method', [[], ['GET', 'HEAD', 'OPTIONS']])],
      'any method except GET, HEAD and OPTIONS on api.github.com:443 by /usr/bin/gh',
    ],
    [
      'a stream',
      'egress',
      [HOST, PORT, GH, PUBLIC, STREAM],
      'an opaque tunnel on api.github.com:443 by /usr/bin/gh',
    ],
    [
      'a path of any method',
      'egress',
      [HOST, PORT, GH, PUBLIC, SEEN, side('path', '/a')],
      'any request for /a on api.github.com:443 by /usr/bin/gh',
    ],
    [
      'no side but the host: nothing is limited, and private addresses are said',
      'egress',
      [HOST],
      'anything, inspected or not, on api.github.com on any port by any program at any address, private ones too',
    ],
    [
      'an address literal, which is its own address',
      'egress',
      [side('host', '2001:db8::1'), PORT, GH],
      'anything, inspected or not, on [2001:db8::1]:443 by /usr/bin/gh',
    ],
    [
      'addresses, a time, a query and what a later version adds',
      'egress',
      [
        except('host', [['*.example.com'], ['old.example.com']]),
        side('port', '80', '8000-8010'),
        GH,
        side('address', '10.0.0.0/8', 'public addresses'),
        SEEN,
        except('query page', [['1*', '*2'], []]),
        side('time', 'until 2027-01-01T00:00:00Z'),
        side('sha256', 'ab'),
      ],
      'any request on *.example.com except old.example.com on ports 80 or 8000-8010 by /usr/bin/gh ' +
        'at 10.0.0.0/8 or public addresses, until 2027-01-01T00:00:00Z, query page 1* and also *2, sha256 ab',
    ],
    [
      'terms of which some have exceptions',
      'egress',
      [except('host', [['a.*'], ['a.b']], [['c'], []]), PORT, GH, PUBLIC, SEEN],
      'any request on a.* except a.b; or c on port 443 by /usr/bin/gh',
    ],
    [
      'paths and rights',
      'filesystem',
      [except('path', [['/w'], []], [['/w/**'], ['/w/.git', '/w/.git/**']]), side('right', 'read', 'write')],
      'read or write: /w; or /w/** except /w/.git and /w/.git/**',
    ],
    [
      'a call with arguments',
      'syscalls',
      [side('syscall', 'clone', 'clone3'), side('arguments', 'arg0 & 0x10000000 = 0')],
      'syscall clone or clone3 where arg0 & 0x10000000 = 0',
    ],
    [
      'a call with any arguments but some',
      'syscalls',
      [side('syscall', 'mmap'), except('arguments', [[], ['arg 0 == 0', 'arg 1 has bit 0x1', 'arg 2 == 1']])],
      'syscall mmap with any arguments except where arg 0 == 0, where arg 1 has bit 0x1 and where arg 2 == 1',
    ],
    [
      'a call with several conditions',
      'syscalls',
      [side('syscall', 'mmap'), except('arguments', [['a', 'b'], []], [['c'], ['d']])],
      'syscall mmap where a and also b; or where c except where d',
    ],
    [
      'a term of a grant',
      'egress',
      [side('grant', 'egress:x#0'), side('uses', 'more than 3')],
      'grant egress:x#0, uses more than 3',
    ],
    ['a gap', 'enforcement', [side('gap', 'filesystem/landlock-abi')], 'gap filesystem/landlock-abi'],
    ['any value', 'inference', [except('country', [[], ['DE']])], 'country anything except DE'],
  ])('%s', (_, facet, sides, expected) => {
    expect(plainPhrase(phraseOfSet({ facet, sides }))).toBe(expected);
  });

  test('values apart from our words', () => {
    const phrase = phraseOfSet({ facet: 'egress', sides: [HOST, PORT, GH, PUBLIC, STREAM] });
    expect(phrase.filter(({ kind }) => kind === 'value').map(({ text }) => text)).toEqual([
      'api.github.com:443',
      '/usr/bin/gh',
    ]);
  });

  test('text that acts on no terminal', () => {
    const sides = [side('path', '/a\u001b[2J\n'), side('right', 'read')];
    expect(plainPhrase(phraseOfSet({ facet: 'filesystem', sides }))).toBe('read: /a\\u{1b}[2J\\n');
  });
});

describe('an example', () => {
  test('has its quoted values apart', () => {
    expect(phraseOfExample(madeChange())).toEqual([
      { kind: 'words', text: 'GET ' },
      { kind: 'value', text: 'https://a.example.com/' },
      { kind: 'words', text: ' via ' },
      { kind: 'value', text: '/usr/bin/curl' },
    ]);
  });

  test('is a value as a whole where a value holds the quote', () => {
    const example = 'GET `https://a/` via `/x` [gift](http://evil) `y`';
    const sides = [side('binary', '/x` [gift](http://evil) `y')];
    expect(phraseOfExample(madeChange({ example, sides }))).toEqual([{ kind: 'value', text: example }]);
    const witness = { facet: 'syscalls', name: 'a`b', args: [1n] } as const;
    expect(phraseOfExample(madeChange({ example, witness }))).toEqual([{ kind: 'value', text: example }]);
  });
});

test('what is not known quotes one value, or is one', () => {
  expect(phraseOfUnknown('the patterns of `path`').map(({ kind }) => kind)).toEqual(['words', 'value']);
  expect(phraseOfUnknown('the patterns of `query a` <b> `c`').map(({ kind }) => kind)).toEqual(['value']);
});
