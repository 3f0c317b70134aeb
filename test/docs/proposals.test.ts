import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ALL } from '../../compiler/ir/extent.ts';
import { gitIn, placeWith } from '../support/proposals/place.ts';
import { accessTo } from '../support/refusals.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/how-to/proposals.md'), 'utf8');
const POST = accessTo('api.example.com', null, {
  http: { method: 'POST', path: '/v1/items', query: [], operations: ALL },
});

test('the page shows the change and the commit as they are', async () => {
  const place = await placeWith([POST]);
  const [id] = place.ids;
  gitIn(place.clone, 'config', 'user.email', 'ann@example.com');
  const argv = ['propose', id!, '--reason', 'it writes items', '--ticket', 'SEC-1'];
  const { proposal } = JSON.parse((await place.run(...argv, '--dry-run', '-o', 'json')).stdout);
  expect(page).toContain(`\`\`\`diff\n${proposal.patch}\`\`\`\n`);
  expect((await place.run(...argv)).exitCode).toBe(0);
  const message = gitIn(place.bare, 'log', '-1', '--format=%B', `nemoclaw/egress/${id}`).trim();
  const shown = message.replace(/(-> sha256:)[0-9a-f]+$/, '$1…');
  expect(page).toContain(`\`\`\`\n${shown}\n\`\`\`\n`);
});
