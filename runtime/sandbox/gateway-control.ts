import { askLine, notUnderstood, type SocketAnswer } from '../line-socket.ts';

/** What the gateway of a running sandbox has in force. */
export interface GatewayInForce {
  /** Digest of the policy whose table it is; null where it has none and grants nothing. */
  readonly policy: string | null;
  readonly name: string | null;
  readonly connections: number;
}

/** `absent`: no gateway listens there. `refused`: it answered no, or not at all. */
export type GatewayAnswer<T> = SocketAnswer<T>;

/** Asks the gateway of a sandbox what it has in force. */
export async function gatewayInForce(control: string): Promise<GatewayAnswer<GatewayInForce>> {
  const answer = await askLine(control, { status: true });
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
  const answer = await askLine(control, { replace: table });
  if (!answer.ok) return answer;
  const { policy, cut } = answer;
  if (typeof policy !== 'string' || typeof cut !== 'number') return notUnderstood();
  return { ok: true, policy, cut };
}
