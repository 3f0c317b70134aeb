import { type Answer, errorName, type ProbeResult } from '../runtime/sandbox/verify/probe.ts';

/** One probe in a line: what was tried, what the kernel answered, and why that was expected or not. */
export function probeWords({ probe, answer, agrees }: ProbeResult): string {
  const expected = agrees ? '' : `; it ${probe.expected === 'works' ? 'should work' : 'must be refused'}`;
  return `${probe.boundary}: ${probe.words}: ${answerWords(answer)}${expected} (${probe.because})`;
}

function answerWords(answer: Answer): string {
  switch (answer.kind) {
    case 'worked':
      return 'worked';
    case 'refused':
      return answer.error === null
        ? 'refused, the process was killed'
        : `refused with ${errorName(answer.error)}`;
    case 'failed':
      return `let through, and failed with ${errorName(answer.error)}`;
    case 'not-tried':
      return 'not tried, the probe does not know the attempt';
    case 'timed-out':
      return 'no answer in time';
  }
}
