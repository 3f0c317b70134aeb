import { describe, expect, test } from 'vitest';
import { AUTHOR, blueprint, gatePlace, MORE, OWNER, READ, said } from './place.ts';

const OWNERS = ['@ann', '@bob'];
const BOB = { login: 'bob' };
const BASE = { 'agents/a.yaml': blueprint([READ], OWNERS) };

/** The blueprint with a second policy that its grant says somebody approved. */
function granting(approvedBy: string, endpoint = MORE, base = BASE['agents/a.yaml']): string {
  return `${base}  more:
    endpoints:
      - { ${endpoint} }
    binaries: [{ path: /usr/bin/curl }]
    grant: { owner: ops@example.com, approved_by: "${approvedBy}" }
`;
}

describe('who is named as the approver', () => {
  test('has to have approved the head, though another owner has', async () => {
    const place = await gatePlace(BASE, { 'agents/a.yaml': granting('@ann') });
    const open = await place.run();
    expect(open.exitCode).toBe(3);
    expect(said(open, 'NC2670').join()).toContain(
      '`agents/a.yaml` says that `@ann` approved it, and no review of this commit shows that',
    );
    place.standIn.state.review(1, BOB, 'APPROVED');
    const other = await place.run();
    expect(other.exitCode).toBe(3);
    expect(said(other, 'NC2670')).toHaveLength(1);
    expect(said(other, 'NC2643').join()).toContain('it says that `@ann` approved it');
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const given = await place.run();
    expect(given.exitCode).toBe(0);
    expect(said(given, 'NC2670')).toEqual([]);
    place.push({ 'README.md': 'later\n' });
    expect(said(await place.run(), 'NC2670')).toHaveLength(1);
  });

  test('cannot be the author, also where nothing widens', async () => {
    const old = granting('@ann');
    const place = await gatePlace(
      { 'agents/a.yaml': old },
      { 'agents/a.yaml': old.replace('"@ann" }', '"@mallory" }') },
    );
    place.standIn.state.review(1, AUTHOR, 'APPROVED');
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const ran = await place.run();
    expect(ran.outputs.verdict).toBe('equal');
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2670').join()).toContain('`@mallory`');
  });

  test('approves anew what a grant of theirs is made wider by, and nothing that stays', async () => {
    const old = granting('@ann');
    const wider = old.replace(`{ ${MORE} }`, `{ ${MORE.replace('read-only', 'full')} }`);
    expect(wider).not.toBe(old);
    const place = await gatePlace({ 'agents/a.yaml': old }, { 'agents/a.yaml': wider });
    place.standIn.state.review(1, BOB, 'APPROVED');
    const ran = await place.run();
    expect(ran.exitCode).toBe(3);
    expect(said(ran, 'NC2670')).toHaveLength(1);
    const beside = await gatePlace(
      { 'agents/a.yaml': old },
      { 'agents/a.yaml': old.replace('read-only', 'full') },
    );
    beside.standIn.state.review(1, BOB, 'APPROVED');
    const passes = await beside.run();
    expect(said(passes, 'NC2670')).toEqual([]);
    expect(passes.exitCode).toBe(0);
  });

  test('several have each approved, and what is no account is said to be unchecked', async () => {
    const place = await gatePlace(BASE, { 'agents/a.yaml': granting('@ann, @bob, lead@example.com') });
    place.standIn.state.review(1, OWNER, 'APPROVED');
    const one = await place.run();
    expect(one.exitCode).toBe(3);
    expect(said(one, 'NC2670')).toHaveLength(1);
    expect(said(one, 'NC2671').join()).toContain('`lead@example.com` approved it, which is no account');
    place.standIn.state.review(1, BOB, 'APPROVED');
    expect((await place.run()).exitCode).toBe(0);
  });
});
