import { expect, test } from 'vitest';
import {
  integer,
  objectIdentifier,
  octets,
  setOf,
  smallInteger,
  time,
  wideText,
} from '../../../../runtime/egress/interception/der.ts';

const hex = (bytes: Buffer): string => bytes.toString('hex');

test.each([
  [0, '0400'],
  [127, '047f'],
  [128, '048180'],
  [255, '0481ff'],
  [256, '04820100'],
  [65_536, '0483010000'],
])('the length of %i bytes is written in the shortest form', (length, head) => {
  expect(hex(octets(Buffer.alloc(length))).slice(0, head.length)).toBe(head);
});

test.each([
  [[0], '020100'],
  [[0, 0, 1], '020101'],
  [[0x80], '02020080'],
  [[0x7f, 0xff], '02027fff'],
])('the number %j has no sign and no zeros before it', (bytes, written) => {
  expect(hex(integer(Buffer.from(bytes)))).toBe(written);
});

test.each([
  [0, '020100'],
  [300, '0202012c'],
])('%i is written as itself', (value, written) => {
  expect(hex(smallInteger(value))).toBe(written);
});

test.each([
  ['2.5.4.3', '0603550403'],
  ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
  ['1.3.6.1.4.1.311', '06072b060104018237'],
])('the identifier %s', (dotted, written) => {
  expect(hex(objectIdentifier(dotted))).toBe(written);
});

test('moments have two digits of the year until 2049', () => {
  expect(time(new Date('2049-12-31T23:59:59.999Z')).toString('latin1')).toBe('\x17\x0d491231235959Z');
  expect(time(new Date('2050-01-01T00:00:00Z')).toString('latin1')).toBe('\x18\x0f20500101000000Z');
});

test('a set is in the order of its bytes', () => {
  expect(hex(setOf(octets(Buffer.from([2])), octets(Buffer.from([1]))))).toBe('3106040101040102');
});

test('wide text has the greater byte first', () => {
  expect(hex(wideText('aé'))).toBe('1e04006100e9');
});
