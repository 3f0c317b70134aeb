import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { expiryPlace } from '../support/expiry/place.ts';
import { gitIn } from '../support/proposals/place.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/expiry.md'), 'utf8');

test('the page shows the change and the commit as they are', async () => {
  const place = expiryPlace();
  const { expiry } = JSON.parse((await place.expire('--dry-run', '-o', 'json')).stdout);
  const [{ blueprints, branch }] = expiry.proposals;
  expect(page).toContain(`\`\`\`diff\n${blueprints[0].patch}\`\`\`\n`);
  expect((await place.expire()).exitCode).toBe(0);
  const message = gitIn(place.bare, 'log', '-1', '--format=%B', branch).trim();
  expect(page).toContain(`\`\`\`\n${message}\n\`\`\`\n`);
});
