import { effectEntry } from '../../effect.ts';

// What the approvals of a blueprint come to under OpenShell.

export const exportExpiry = effectEntry<{ what: string }>('NC1975', 'export/expiry', 'looser', {
  message: ({ what }) => `the grant \`${what}\` does not end under OpenShell`,
  help: () => 'export again after that day: what has ended is left out',
  explanation: 'A policy of OpenShell has no dates. What it grants holds until somebody changes the policy.',
});

export const exportMaxUses = effectEntry<{ what: string }>('NC1976', 'export/max-uses', 'looser', {
  message: ({ what }) => `the grant \`${what}\` can be used any number of times under OpenShell`,
  explanation: 'A policy of OpenShell does not count.',
});

export const exportApproval = effectEntry<{ id: string }>('NC1977', 'export/approval', 'lost', {
  message: ({ id }) => `who answers for \`${id}\`, and why, is not part of a policy of OpenShell`,
  explanation: 'Owner, reason, ticket, approver and request of a grant stay in the blueprint.',
});
