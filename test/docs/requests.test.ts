import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main } from '../../cli/main.ts';
import { EgressIndex } from '../../compiler/ir/egress-index.ts';
import { ALL } from '../../compiler/ir/extent.ts';
import { type Denial, reasonsOf, refusalOf } from '../../runtime/approvals/refusals/refusal-of.ts';
import { askedOf, identityOf, requestId } from '../../runtime/approvals/requests/identity.ts';
import { refusalAnswer } from '../../runtime/egress/refusal-answer.ts';
import { POLICY, stateWith } from '../cli/sandbox-states.ts';
import { worldOf } from '../cli/world.ts';
import { accessTo } from '../support/refusals.ts';

const path = join(import.meta.dirname, '../../docs/how-to/requests.md');
const isRecording = process.env.RECORD_GOLDENS === '1';
const SANDBOX = 'support-agent';
const ACCESS = accessTo('api.example.com', null, {
  http: { method: 'POST', path: '/v1/items', query: [], operations: ALL },
});
const ID = requestId(SANDBOX, identityOf(askedOf(ACCESS)));

/** What stands in the page between two texts, without the breaks of lines that are too long for it. */
function between(page: string, start: string, end: string): string {
  const from = page.indexOf(start);
  expect(from, start).toBeGreaterThan(0);
  return page.slice(from, page.indexOf(end, from)).replaceAll('\n', ' ').replaceAll('" "', '"').trim();
}

test('the page shows the refusal and the list as they are', async () => {
  if (isRecording) {
    const recorded = readFileSync(path, 'utf8').replaceAll(/REQUEST|req-[0-9a-f]{12}/g, ID);
    writeFileSync(path, recorded.replaceAll(/req-[0-9a-f]{4}(?![0-9a-f])/g, ID.slice(0, 8)));
  }
  const page = readFileSync(path, 'utf8');
  const index = new EgressIndex(POLICY.egress);
  const decision = index.decide(ACCESS) as Denial;
  const reasons = reasonsOf(index.entriesFor(ACCESS), ACCESS, decision);
  const refusal = refusalOf(decision, ACCESS, reasons, { id: ID, isNew: true, answer: null });
  const { headers, body } = refusalAnswer(refusal);
  expect(page).toContain(`\nnemoclaw-refused: ${Object.fromEntries(headers)['nemoclaw-refused']}\n`);
  const shown = between(page, '{"type"', '```').replaceAll(', "', ',"');
  expect(JSON.parse(shown)).toEqual(JSON.parse(body.toString()));

  const { environment } = await stateWith(
    Array.from({ length: 17 }, () => ACCESS),
    undefined,
    SANDBOX,
  );
  const { io, printed } = worldOf({}, environment);
  expect(await main(['egress', 'list'], io)).toBe(0);
  expect(page).toContain(`\`\`\`\n${printed.stdout}\`\`\`\n`);
});
