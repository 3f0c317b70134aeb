export * from './lint/grants.ts';
export * from './lint/hosts.ts';
export * from './lint/programs.ts';
export * from './lint/redundant.ts';
export * from './lint/targets.ts';
export * from './lint/wildcards.ts';
