import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hostNeeds } from '../support/host.ts';
import { blueprint, gatePlace, MORE, node24, OWNER, READ, said } from './place.ts';

const root = join(import.meta.dirname, '../..');

test('the committed bundle is what the sources give', async () => {
  const build = (await import(join(root, 'scripts/build-gate.js'))) as { gateBundle(): Promise<string> };
  const fresh = await build.gateBundle();
  const committed = readFileSync(join(root, '.github/actions/gate/dist/index.cjs'), 'utf8');
  expect(committed === fresh, 'run node scripts/build-gate.js and commit the bundle').toBe(true);
});

test('inputs and outputs of action.yml are those of the code', () => {
  const action = readFileSync(join(root, '.github/actions/gate/action.yml'), 'utf8');
  const inputs = readFileSync(join(root, 'gate/inputs.ts'), 'utf8');
  const declared = [...action.split('\noutputs:')[0]!.matchAll(/^ {2}([\w-]+):$/gm)].map(([, name]) => name);
  expect([...inputs.matchAll(/given\('([\w-]+)'\)/g)].map(([, name]) => name).sort()).toEqual(
    declared.sort(),
  );
  expect(action).toContain('using: node24');
  expect(action).toContain('main: dist/index.cjs');
});

test('on the Node that the runner has it answers the same', async (context) => {
  hostNeeds(context, node24);
  const place = await gatePlace(
    { 'agents/a.yaml': blueprint([READ]) },
    { 'agents/a.yaml': blueprint([READ, MORE]) },
  );
  const [here, there] = [await place.run(), await place.run({ isNode24: true })];
  expect(there).toEqual({ ...here, outputs: { ...here.outputs, sarif: there.outputs.sarif } });
  expect(there.exitCode).toBe(3);
  place.standIn.state.review(1, OWNER, 'APPROVED');
  const approved = await place.run({ isNode24: true });
  expect(approved.stderr).toBe('');
  expect(said(approved, 'NC2650')).toHaveLength(1);
  expect(approved.exitCode).toBe(0);
});
