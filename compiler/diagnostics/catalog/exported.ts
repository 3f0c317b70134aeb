export * from './exported/files.ts';
export * from './exported/grants.ts';
export * from './exported/network.ts';
export * from './exported/operations.ts';
export * from './exported/sandbox.ts';
