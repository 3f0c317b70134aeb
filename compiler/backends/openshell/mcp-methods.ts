/** "Core MCP Methods" of OpenShell's policy schema reference: what a client sends, in any revision. */
export const MCP_METHODS: readonly string[] = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'tasks/get',
  'tasks/result',
  'tasks/list',
  'tasks/cancel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'notifications/tasks/status',
];

/** Revisions that OpenShell knows and that begin with `initialize`; a blueprint tells none apart. */
export const MCP_VERSIONS: readonly string[] = ['2025-03-26', '2025-06-18', '2025-11-25'];
