import { connect } from 'node:net';

/** What the gateway of a sandbox said to a command. */
export type GatewayAnswer =
  | { readonly kind: 'done' }
  /** Nobody listens: the sandbox does not run. */
  | { readonly kind: 'not-running' }
  | { readonly kind: 'refused'; readonly problem: string };

/** Milliseconds. */
const TIME_LIMIT = 10_000;
const LONGEST_ANSWER = 65_536;

/** Tells a gateway to put the table of a file in force. @param socket the control socket of the sandbox */
export function replaceTable(socket: string, table: string): Promise<GatewayAnswer> {
  return new Promise((resolve) => {
    let answer = '';
    const connection = connect(socket);
    const end = (outcome: GatewayAnswer) => {
      connection.destroy();
      resolve(outcome);
    };
    connection
      .setEncoding('utf8')
      .setTimeout(TIME_LIMIT, () => end({ kind: 'refused', problem: 'it does not answer' }));
    connection.on('error', ({ code }: NodeJS.ErrnoException) => {
      const isNobody = code === 'ENOENT' || code === 'ECONNREFUSED';
      end(isNobody ? { kind: 'not-running' } : { kind: 'refused', problem: `it cannot be asked (${code})` });
    });
    connection.on('connect', () => connection.write(`${JSON.stringify({ replace: table })}\n`));
    connection.on('data', (text: string) => {
      answer += text;
      if (answer.includes('\n')) end(answerIn(answer.slice(0, answer.indexOf('\n'))));
      else if (answer.length > LONGEST_ANSWER) end({ kind: 'refused', problem: 'its answer does not end' });
    });
    connection.on('end', () => end({ kind: 'refused', problem: 'it ended without an answer' }));
  });
}

function answerIn(line: string): GatewayAnswer {
  try {
    const { ok, problem } = JSON.parse(line) as { ok?: unknown; problem?: unknown };
    if (ok === true) return { kind: 'done' };
    return {
      kind: 'refused',
      problem: typeof problem === 'string' ? problem.slice(0, 300) : 'it does not say why',
    };
  } catch {
    return { kind: 'refused', problem: 'its answer is none' };
  }
}
