import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { differenceHtml } from '../../../../compiler/report/difference/html.ts';
import { hostNeeds, program } from '../../../support/host.ts';
import { ALL, made, madeChange, side, sideOf } from './comparisons.ts';

const folder = mkdtempSync(join(tmpdir(), 'nemoclaw-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const evil = '<script>document.title="run"</script><img src=x onerror=\'document.title="run"\'>';
const page = () =>
  differenceHtml(
    [
      made([madeChange({ sides: [side('host', evil)], example: `GET \`${evil}\`` })], {
        path: evil,
        next: sideOf(`${evil}\n`, evil),
      }),
      made([], {}),
    ],
    ALL,
  );

test('is one page that loads and runs nothing', () => {
  const html = page();
  expect(html).toMatch(
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; base-uri 'none'; form-action 'none'">/,
  );
  expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<style>'));
  expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed|form)\b|url\(|@import/i);
  expect(html).not.toMatch(/ style="/);
  expect(html).toContain('prefers-color-scheme:dark');
});

test('in a browser the style applies, nothing runs, and the text is what was said', (context) => {
  hostNeeds(context, program('chromium', 'chromium'));
  const file = join(folder, 'page.html');
  // Asks the page itself; its policy forbids scripts, so this one stands outside of it and looks in.
  writeFileSync(file, page());
  const probe = join(folder, 'probe.html');
  writeFileSync(
    probe,
    `<iframe src="page.html" width="900" height="700"></iframe><pre id="out"></pre><script>
      onload = () => {
        const page = document.querySelector('iframe').contentDocument;
        const view = document.querySelector('iframe').contentWindow;
        document.getElementById('out').textContent = JSON.stringify({
          title: page.title,
          heading: page.querySelector('h2').textContent,
          scripts: page.scripts.length,
          images: page.images.length,
          card: view.getComputedStyle(page.querySelector('.group')).borderTopStyle,
          sections: page.querySelectorAll('section').length,
          wide: page.documentElement.scrollWidth > view.innerWidth,
        });
      };
    </script>`,
  );
  const dom = execFileSync(
    'chromium',
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      ...['--allow-file-access-from-files', `--user-data-dir=${join(folder, 'profile')}`],
      ...['--virtual-time-budget=5000', '--dump-dom', `file://${probe}`],
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 },
  );
  const [, said] = /<pre id="out">(.*?)<\/pre>/s.exec(dom)!;
  expect(JSON.parse(said!.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&'))).toEqual({
    title: 'nemoclaw diff: widens',
    heading: evil,
    scripts: 0,
    images: 0,
    card: 'solid',
    sections: 2,
    wide: false,
  });
}, 90_000);
