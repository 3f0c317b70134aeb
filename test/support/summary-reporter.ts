import { writeSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Says at the end what was skipped and why, and then, as the very last line, `N passed, N failed` with the skipped
 * ones behind it when there are any.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    // A file that cannot even be loaded holds no test, but it is a failure all the same.
    const broken = modules.filter(
      (module) => module.state() === 'failed' && module.errors().length > 0,
    ).length;
    const failed = count('failed') + broken + unhandledErrors.length;
    const skipped = tests.filter((test) => ['skipped', 'pending'].includes(test.result().state));
    const lines = skippedLines(
      skipped.map((test) => {
        const result = test.result();
        return {
          name: test.fullName,
          why: 'note' in result && result.note ? result.note : 'no reason given',
        };
      }),
    );
    const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : '';
    lines.push(`${count('passed')} passed, ${failed} failed${tail}`);
    // The other reporters and vitest itself still print after this; nothing prints after `exit`.
    process.once('exit', () => writeSync(1, `${lines.join('\n')}\n`));
  }
}

function skippedLines(skipped: readonly { name: string; why: string }[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { name, why } of skipped) reasons.set(why, [...(reasons.get(why) ?? []), name]);
  return [...reasons].flatMap(([why, names]) => [
    `skipped ${names.length}: ${why}`,
    ...names.map((name) => `  ${name}`),
  ]);
}
