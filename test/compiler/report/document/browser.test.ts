import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { NAMED_TARGETS } from '../../../../compiler/backends/named-targets.ts';
import { htmlDocument } from '../../../../compiler/report/document/html.ts';
import { temporaryFolder } from '../../../cli/nemoclaw.ts';
import { Chromium, chromium } from '../../../support/chromium.ts';
import { documentOf, shippedText } from '../../../support/documents.ts';
import { hostNeeds } from '../../../support/host.ts';
import { blueprint } from '../../../support/policy.ts';

const targets = Object.entries(NAMED_TARGETS).map(([name, target]) => ({ name, target }));
const LONG = 'a'.repeat(200);
const crowded = blueprint(
  `filesystem_policy:\n  include_workdir: true\n  read_only: [/srv/${LONG}]\nnetwork_policies:\n  web:\n    endpoints:\n${Array.from(
    { length: 40 },
    (_, at) =>
      `      - { host: ${'h'.repeat(60)}${at}.${'d'.repeat(60)}.example, port: 443, protocol: http, tls: terminate, rules: [{ allow: { method: POST, path: /${LONG} } }] }\n`,
  ).join('')}    grant: { owner: ${LONG}, reason: "${'why '.repeat(60)}" }\n`,
);

/** What the page says of itself when it is shown; plain values. */
const LOOK = `(() => {
  const outside = [...document.querySelectorAll('main *')].filter((one) => {
    if (one.closest('svg') !== null && one.tagName !== 'svg') return false;
    const { left, right } = one.getBoundingClientRect();
    return left < -1 || right > document.documentElement.clientWidth + 1;
  });
  const svg = document.querySelector('svg.picture');
  const frame = svg.getBoundingClientRect();
  const texts = [...svg.querySelectorAll('text')].filter((one) => {
    const { left, right, top, bottom, width } = one.getBoundingClientRect();
    const card = one.closest('g.card')?.querySelector('.body')?.getBoundingClientRect() ?? frame;
    return width === 0 || left < card.left - 1 || right > card.right + 1 || top < card.top - 1 || bottom > card.bottom + 1;
  });
  const wall = getComputedStyle(svg.querySelector('.wall'));
  return {
    wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    outside: outside.map((one) => one.outerHTML.slice(0, 120)),
    drawn: [Math.round(frame.width) > 500, Math.round(frame.height) > 250],
    texts: texts.map((one) => one.textContent),
    wall: wall.strokeWidth,
    named: svg.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent.length > 10),
    scripts: document.scripts.length,
    style: getComputedStyle(document.querySelector('main')).maxWidth,
  };
})()`;

test('the page shows its picture, fits, loads nothing and complains of nothing', async (context) => {
  hostNeeds(context, chromium);
  const folder = temporaryFolder();
  const pages = ['coding-agent', 'openclaw', 'research-agent']
    .map((name) => [name, shippedText(`${name}.yaml`)] as const)
    .concat([['crowded', crowded]]);
  const browser = new Chromium();
  try {
    await browser.open();
    for (const [name, text] of pages) {
      const file = join(folder, `${name}.html`);
      writeFileSync(file, htmlDocument(documentOf(text, { targets })));
      for (const [width, scheme] of [
        [800, 'light'],
        [1400, 'dark'],
      ] as const) {
        const watched = await browser.show(pathToFileURL(file).href, width, scheme);
        expect(watched, `${name} ${width}`).toEqual({ complaints: [], requests: [] });
        expect(await browser.evaluate(LOOK), `${name} ${width}`).toEqual({
          wide: 0,
          outside: [],
          drawn: [true, true],
          texts: [],
          wall: '9px',
          named: [true, true],
          scripts: 0,
          style: '1152px',
        });
      }
    }
  } finally {
    await browser.close();
  }
}, 120_000);

test('the check itself sees a page that complains, loads and is too wide', async (context) => {
  hostNeeds(context, chromium);
  const file = join(temporaryFolder(), 'bad.html');
  writeFileSync(
    file,
    '<meta http-equiv="Content-Security-Policy" content="script-src \'none\'"><script>1</script><img src="missing.png"><p style="width:3000px">x',
  );
  const browser = new Chromium();
  try {
    await browser.open();
    const watched = await browser.show(pathToFileURL(file).href, 800);
    expect(watched.complaints.length).toBeGreaterThan(0);
    expect(watched.requests).toEqual([pathToFileURL(join(file, '../missing.png')).href]);
    expect(await browser.evaluate('document.documentElement.scrollWidth')).toBeGreaterThan(2999);
  } finally {
    await browser.close();
  }
}, 60_000);
