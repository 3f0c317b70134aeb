import { describe, expect, it } from 'vitest';
import {
  ALL_METHODS,
  listMethods,
  METHOD_TAGS,
  METHODS,
  methodIndex,
  methodsInclude,
  parseMethod,
} from '../../../compiler/domain/method.ts';
import { type PortProblem, parsePortRange, printPortRange } from '../../../compiler/domain/port.ts';

describe('parsePortRange', () => {
  it.each([
    [443, 443, 443],
    ['443', 443, 443],
    ['8000-8010', 8000, 8010],
    ['1-65535', 1, 65535],
    ['80-80', 80, 80],
  ])('reads %j', (value, low, high) => {
    expect(parsePortRange(value)).toEqual({ ok: true, range: { low, high } });
  });

  it.each<[string | number, PortProblem]>([
    [0, 'out-of-range'],
    [65536, 'out-of-range'],
    ['70000', 'out-of-range'],
    ['0-10', 'out-of-range'],
    ['10-5', 'reversed'],
    [-1, 'not-a-number'],
    [1.5, 'not-a-number'],
    [Number.NaN, 'not-a-number'],
    [1e21, 'not-a-number'],
    ['', 'not-a-number'],
    ['0443', 'not-a-number'],
    ['+443', 'not-a-number'],
    [' 443', 'not-a-number'],
    ['443\n', 'not-a-number'],
    ['80-', 'not-a-number'],
    ['80 - 90', 'not-a-number'],
    ['80-90-100', 'not-a-number'],
    ['https', 'not-a-number'],
    ['٤٤٣', 'not-a-number'],
  ])('refuses %j as %s', (value, problem) => {
    expect(parsePortRange(value)).toEqual({ ok: false, problem });
  });

  it('is printed as it is read', () => {
    expect(printPortRange({ low: 443, high: 443 })).toBe('443');
    expect(printPortRange({ low: 8000, high: 8010 })).toBe('8000-8010');
  });
});

describe('methods', () => {
  const methods = (text: string) => {
    const parsed = parseMethod(text);
    if (!parsed.ok) throw new Error(parsed.problem);
    return parsed.methods;
  };

  it.each([
    ['GET', ['GET', 'HEAD']],
    ['get', ['GET', 'HEAD']],
    ['HEAD', ['HEAD']],
    ['Post', ['POST']],
    ['VERSION-CONTROL', ['VERSION-CONTROL']],
    ['*', ['*']],
  ])('%s covers %j', (text, covered) => {
    expect(listMethods(methods(text))).toEqual(covered);
  });

  it('refuse what is no method, with those that are', () => {
    expect(parseMethod('')).toMatchObject({ ok: false, problem: 'empty' });
    expect(parseMethod('GET POST')).toMatchObject({ ok: false, problem: 'not-a-token' });
    expect(parseMethod('GÉT')).toMatchObject({ ok: false, problem: 'not-a-token' });
    expect(parseMethod('GETT')).toEqual({ ok: false, problem: 'unknown', suggestions: METHODS });
    expect(parseMethod('OTHER')).toMatchObject({ ok: false, problem: 'unknown' });
  });

  it('of requests are known in their own case only', () => {
    expect(methodIndex('GET')).toBe(0);
    expect(methodIndex('get')).toBeNull();
    expect(methodIndex('Delete')).toBeNull();
    expect(methodIndex('BREW')).toBe(METHODS.length);
    expect(methodIndex('OTHER')).toBe(METHODS.length);
    expect(methodIndex('')).toBeNull();
    expect(methodIndex('A B')).toBeNull();
    expect(methodIndex('GET\r\nX:')).toBeNull();
  });

  it('without a name are covered by * alone', () => {
    const brew = methodIndex('BREW')!;
    expect(methodsInclude(ALL_METHODS, brew)).toBe(true);
    for (const name of METHODS) expect([name, methodsInclude(methods(name), brew)]).toEqual([name, false]);
    expect(METHOD_TAGS.every((_, index) => methodsInclude(ALL_METHODS, index))).toBe(true);
  });
});
