import { endWith, endWithAlert } from './arrival/tls-alert.ts';
import { failure } from './failure.ts';
import { refusalMessage } from './refusal-answer.ts';
import type { RequestServing } from './serving.ts';

/** Stands where nobody reads requests: whatever would have to be looked into is refused. */
export const noRequests: RequestServing = {
  http: (client) =>
    endWith(
      client,
      refusalMessage(failure(503, 'no-requests', 'this gateway reads no requests'), false, true),
    ),
  tls: (client) => endWithAlert(client, 'access-denied'),
};
