import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../../../../compiler/domain/diagram/canonical.ts';
import type { Entry } from '../../../../compiler/domain/diagram/continuation.ts';
import type { Dimension } from '../../../../compiler/domain/diagram/dimension.ts';
import { numberDimension, numberSet } from '../../../../compiler/domain/diagram/number-dimension.ts';
import { tagDimension, tagSet } from '../../../../compiler/domain/diagram/tag-dimension.ts';
import { textSet } from '../../../../compiler/domain/diagram/text-dimension.ts';
import { beneathPatterns } from '../../../../compiler/domain/glob.ts';
import type { AbsolutePath } from '../../../../compiler/domain/path.ts';
import { build, fields, files, glob, https, method, path, port } from '../../../support/diagrams.ts';

function form(dimensions: readonly Dimension[], entries: readonly Entry[]): string {
  return new TextDecoder().decode(canonicalForm(build(dimensions, entries)));
}

describe('canonicalForm', () => {
  it('is readable, and names its form', () => {
    expect(form([port, path], [{ roles: 1, sets: [https, null] }])).toBe(
      'nemoclaw diagram 1\n0\n"port" 1>0,cb>1,cc>0; =0,=1\n',
    );
    expect(form([port], [])).toBe('nemoclaw diagram 1\n=0\n');
  });

  it('writes what several values lead to once', () => {
    const two = numberDimension('first', { low: 1, high: 3 });
    const at = (value: number) => numberSet([{ low: value, high: value }]);
    const entries = [
      { roles: 1, sets: [at(1), null, https] },
      { roles: 1, sets: [at(2), tagSet(1), https] },
    ];
    expect(form([two, method, port], entries)).toBe(
      'nemoclaw diagram 1\n0\n"first" 1>0,2>1,3>2; 1,2,=0\n"port" 1>0,cb>1,cc>0; =0,=1\n"method" "GET">0;"POST">1; 1,=0\n',
    );
  });

  it('numbers the states of texts as they are met', () => {
    expect(form([fields], [{ roles: 1, sets: [textSet([glob('a*', 'field')])] }])).toBe(
      'nemoclaw diagram 1\n0\n"field" ->2 97:1;0>1;1>2; =1,=0\n',
    );
  });

  it('leaves out dimensions that decide nothing', () => {
    const lean = form([port], [{ roles: 1, sets: [https] }]);
    const entries = [
      { roles: 1, sets: [https, null] },
      { roles: 1, sets: [https, textSet([glob('/a')])] },
    ];
    expect(form([port, path], entries)).toBe(lean);
  });

  it('knows that patterns which differ only outside the language are equal', () => {
    const [all, one, more] = ['/a/**', '/a/*', '/a/*/**'].map((text) => glob(text, 'file'));
    expect(form([files], [{ roles: 1, sets: [textSet([all!])] }])).toBe(
      form([files], [{ roles: 1, sets: [textSet([one!, more!])] }]),
    );
  });

  it('tells a folder from what is beneath it', () => {
    const beneath = beneathPatterns('/a' as AbsolutePath);
    const whole = form([files], [{ roles: 1, sets: [textSet(beneath)] }]);
    expect(form([files], [{ roles: 1, sets: [textSet(beneath.slice(1))] }])).not.toBe(whole);
    expect(form([files], [{ roles: 1, sets: [textSet('all', beneath)] }])).not.toBe(whole);
    expect(form([files], [{ roles: 1, sets: [textSet(beneathPatterns('/' as AbsolutePath))] }])).toBe(
      form([files], [{ roles: 1, sets: [null] }]),
    );
  });

  it('tells dimensions apart that are cut alike', () => {
    const [left, right] = ['left', 'right'].map((name) => numberDimension(name, { low: 1, high: 9 }));
    const five = numberSet([{ low: 5, high: 5 }]);
    const dimensions = [method, left!, right!];
    const crossed = [
      { roles: 1, sets: [tagSet(1), five, null] },
      { roles: 1, sets: [tagSet(2), null, five] },
    ];
    expect(form(dimensions, crossed)).not.toBe(form(dimensions, [{ roles: 1, sets: [null, five, null] }]));
  });

  it('names tags, so that their order carries no meaning', () => {
    const turned = tagDimension('method', ['POST', 'GET']);
    expect(form([method], [{ roles: 1, sets: [tagSet(1)] }])).toBe(
      form([turned], [{ roles: 1, sets: [tagSet(2)] }]),
    );
  });
});
