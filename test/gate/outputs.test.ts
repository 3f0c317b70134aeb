import { expect, test } from 'vitest';
import { outputText } from '../../gate/outputs.ts';
import { outputsIn } from './place.ts';

test('a value cannot end early and become another output, because nobody knows its delimiter', () => {
  const delimiterIn = (text: string) => /<<(.+)$/m.exec(text)![1]!;
  const first = delimiterIn(outputText({ json: '' }));
  const value = `${first}\nverdict=equal\nEOF\npasses=true`;
  const text = outputText({ json: value, verdict: 'widens' });
  expect(outputsIn(text)).toEqual({ json: value, verdict: 'widens' });
  expect(new Set([first, ...[...text.matchAll(/<<(.+)$/gm)].map(([, end]) => end)]).size).toBe(3);
});
