import { connect } from 'node:net';

/** What the gateway of a running sandbox has in force. */
export interface GatewayInForce {
  /** Digest of the policy whose table it is; null where it has none and grants nothing. */
  readonly policy: string | null;
  readonly name: string | null;
  readonly connections: number;
}

/** `absent`: no gateway listens there. `refused`: it answered no, or not at all. */
export type GatewayAnswer<T> =
  | ({ readonly ok: true } & T)
  | { readonly ok: false; readonly reason: 'absent' | 'refused'; readonly problem: string };

/** Milliseconds; the gateway writes to its log before it answers. */
const TIME_LIMIT = 30_000;
const LONGEST_ANSWER = 65_536;

/** Asks the gateway of a sandbox what it has in force. */
export async function gatewayInForce(control: string): Promise<GatewayAnswer<GatewayInForce>> {
  const answer = await ask(control, { status: true });
  if (!answer.ok) return answer;
  const { policy, name, connections } = answer;
  const isText = (value: unknown): value is string | null => value === null || typeof value === 'string';
  if (!isText(policy) || !isText(name) || typeof connections !== 'number') return notUnderstood();
  return { ok: true, policy, name, connections };
}

/**
 * Has the gateway put the table of a file in force, whole, between two requests.
 *
 * @returns the policy whose table is in force now, and how many connections were cut for it
 */
export async function replaceTable(
  control: string,
  table: string,
): Promise<GatewayAnswer<{ readonly policy: string; readonly cut: number }>> {
  const answer = await ask(control, { replace: table });
  if (!answer.ok) return answer;
  const { policy, cut } = answer;
  if (typeof policy !== 'string' || typeof cut !== 'number') return notUnderstood();
  return { ok: true, policy, cut };
}

function ask(control: string, command: object): Promise<GatewayAnswer<Record<string, unknown>>> {
  return new Promise((resolve) => {
    const socket = connect(control);
    let said = '';
    let isConnected = false;
    const end = (answer: GatewayAnswer<Record<string, unknown>>) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(TIME_LIMIT, () => end(refused('it does not answer')));
    socket.setEncoding('utf8');
    socket.on('connect', () => {
      isConnected = true;
      socket.write(`${JSON.stringify(command)}\n`);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A socket that nobody listens on is what a killed gateway leaves.
      const isAbsent = !isConnected && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED');
      end({
        ok: false,
        reason: isAbsent ? 'absent' : 'refused',
        problem: `it cannot be asked (${error.code})`,
      });
    });
    socket.on('close', () => end(refused('it went away')));
    socket.on('data', (text: string) => {
      said += text;
      const line = said.split('\n')[0]!;
      if (said.includes('\n')) end(answerOf(line));
      else if (said.length > LONGEST_ANSWER) end(notUnderstood());
    });
  });
}

function answerOf(line: string): GatewayAnswer<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return notUnderstood();
  }
  if (typeof value !== 'object' || value === null) return notUnderstood();
  const answer = value as Record<string, unknown>;
  if (answer.ok === true) return { ...answer, ok: true };
  return refused(typeof answer.problem === 'string' ? answer.problem : 'it says no');
}

function refused(problem: string) {
  return { ok: false, reason: 'refused', problem } as const;
}

function notUnderstood() {
  return refused('its answer is not understood');
}
